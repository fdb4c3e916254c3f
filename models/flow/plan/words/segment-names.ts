/**
 * What segments of the usual names are called besides: a shop that has the segment understands these. As everyday words go (`wafadar`),
 * they name it beside `customers` or `segment` alone.
 */
export const segmentNames: Readonly<Record<string, string>> = {
  Champions: 'champion, چیمپئن, چیمپئنز, چیمپین',
  Loyal: 'loyalists, loyal ones, wafadar, wafadaar, وفادار, لائل, لوئل, لائل',
  'Potential Loyalist': 'potential loyal, پوٹینشل لائلسٹ, ممکنہ وفادار',
  Promising: 'umeed afza, پرامزنگ, ہونہار',
  'Need Attention': 'needs attention, needing attention, tawajjo talab, توجہ طلب, نیڈ اٹینشن',
  'About To Sleep': 'about to fall asleep, sone wale, سونے والے, اباؤٹ ٹو سلیپ',
  "Can't Lose": 'cannot lose, cant lose them, can not lose, cannot lose them, کانٹ لوز',
  'At Risk':
    'risky, at-risk, at risk of leaving, risk of churn, churn risk, khatre mein, khatray mein, ایٹ رسک, خطرے میں, رسک والے',
  Hibernating: 'hibernate, hibernation, hibernators, ہائبرنیٹنگ, ہائبرنیٹ',
  Lost: 'khoye hue, khoye huay, کھوئے ہوئے, لاسٹ',
  New: 'نیو',
}
