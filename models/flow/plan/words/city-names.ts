/** Cities by their Urdu names, as profiles have them. */
export const cityNames: ReadonlyMap<string, string> = new Map(
  Object.entries({
    کراچی: 'Karachi',
    لاہور: 'Lahore',
    'اسلام آباد': 'Islamabad',
    راولپنڈی: 'Rawalpindi',
    پنڈی: 'Rawalpindi',
    'فیصل آباد': 'Faisalabad',
    ملتان: 'Multan',
    گوجرانوالہ: 'Gujranwala',
    پشاور: 'Peshawar',
    کوئٹہ: 'Quetta',
    سیالکوٹ: 'Sialkot',
    بہاولپور: 'Bahawalpur',
    سرگودھا: 'Sargodha',
    سکھر: 'Sukkur',
    حیدرآباد: 'Hyderabad',
    'ایبٹ آباد': 'Abbottabad',
    دبئی: 'Dubai',
    pindi: 'Rawalpindi',
    hyderabad: 'Hyderabad',
  }).map(([urdu, name]) => [urdu.replace(/[هة]/g, 'ہ'), name]),
)
