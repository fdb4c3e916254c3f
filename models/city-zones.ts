/** Of each zone, the cities of our first markets as customers write them, in Latin and in Urdu letters. What is not here is found by country. */
const CITIES: Readonly<Record<string, string>> = {
  'Asia/Karachi': `karachi, lahore, islamabad, rawalpindi, pindi, faisalabad, multan, gujranwala, peshawar, quetta, hyderabad sindh, sialkot,
    bahawalpur, sargodha, sukkur, larkana, sheikhupura, jhang, rahim yar khan, gujrat, mardan, kasur, okara, sahiwal, nawabshah, mingora, swat,
    mirpur, mirpur khas, muzaffarabad, abbottabad, dera ghazi khan, dera ismail khan, chiniot, jhelum, attock, wah, wah cantt, taxila, gwadar,
    turbat, gilgit, skardu, chitral, kohat, bannu, nowshera, khanewal, hafizabad, vehari, burewala, jacobabad, khairpur, murree, haripur, mansehra,
    کراچی, لاہور, اسلام آباد, راولپنڈی, پنڈی, فیصل آباد, ملتان, گوجرانوالہ, پشاور, کوئٹہ, سیالکوٹ, بہاولپور, سرگودھا, سکھر, لاڑکانہ, گجرات, مردان,
    ایبٹ آباد, گلگت, گوادر, میرپور`,
  'Asia/Dubai':
    'dubai, abu dhabi, sharjah, ajman, al ain, ras al khaimah, fujairah, umm al quwain, muscat, salalah, دبئی, ابوظہبی, شارجہ',
  'Asia/Riyadh': 'riyadh, jeddah, mecca, makkah, medina, madinah, dammam, khobar, taif, kuwait city, ریاض, جدہ, مکہ, مدینہ, دمام',
  'Asia/Qatar': 'doha, manama, دوحہ',
  'Asia/Kolkata':
    'mumbai, delhi, new delhi, bangalore, bengaluru, hyderabad deccan, chennai, kolkata, pune, ahmedabad, jaipur, lucknow',
  'Asia/Dhaka': 'dhaka, chittagong, chattogram, sylhet, khulna',
  'Asia/Kabul': 'kabul, kandahar, herat, jalalabad, کابل',
  'Asia/Kuala_Lumpur': 'kuala lumpur, johor bahru, penang',
  'Asia/Singapore': 'singapore',
  'Europe/Istanbul': 'istanbul, ankara, izmir',
  'Europe/London':
    'london, manchester, birmingham, bradford, leeds, glasgow, edinburgh, luton, sheffield, liverpool, bristol, لندن',
  'Europe/Oslo': 'oslo, bergen, drammen',
  'Europe/Paris': 'paris, lyon, marseille',
  'Europe/Berlin': 'berlin, frankfurt, hamburg, munich, cologne',
  'America/New_York':
    'new york, new york city, brooklyn, queens, philadelphia, boston, atlanta, miami, washington dc, detroit, jersey city, edison',
  'America/Chicago': 'chicago, houston, dallas, austin, san antonio, minneapolis',
  'America/Denver': 'denver, salt lake city, albuquerque',
  'America/Phoenix': 'phoenix, tucson, mesa',
  'America/Los_Angeles': 'los angeles, san francisco, san jose, seattle, san diego, las vegas, sacramento, oakland',
  'America/Toronto': 'toronto, mississauga, brampton, ottawa, montreal',
  'America/Edmonton': 'calgary, edmonton',
  'America/Vancouver': 'vancouver, surrey bc, burnaby',
  'Australia/Sydney': 'sydney, canberra',
  'Australia/Melbourne': 'melbourne',
  'Australia/Brisbane': 'brisbane, gold coast',
  'Australia/Perth': 'perth',
}

/** Letters, digits and single spaces, in one case and form: `Rawal-Pindi ` and `RAWAL PINDI` are the same. */
const written = (city: string): string =>
  city
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/ي|ى/g, 'ی')
    .replace(/ك/g, 'ک')
    .replace(/ه|ھ/g, 'ہ')
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()

const zones = new Map(
  Object.entries(CITIES).flatMap(([zone, cities]) => cities.split(',').map(city => [written(city), zone] as const)),
)

/** The zone of a city by the name that somebody wrote; `Lahore, Pakistan` is Lahore. Undefined for one that is not in the table. */
export const cityZone = (city: string): string | undefined => zones.get(written(city)) ?? zones.get(written(city.split(',')[0]!))
