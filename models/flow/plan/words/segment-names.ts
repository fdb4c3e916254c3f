/** What segments of the usual names are called besides: a shop that has the segment understands these. */
export const segmentNames: Readonly<Record<string, string>> = {
  Champions: 'champion, چیمپئن, چیمپئنز, چیمپین',
  Loyal: 'loyalists, لائل, لوئل',
  'Potential Loyalist': 'potential loyal, پوٹینشل لائلسٹ',
  Promising: 'پرامزنگ',
  'Need Attention': 'needs attention, needing attention, نیڈ اٹینشن',
  'About To Sleep': 'about to fall asleep, اباؤٹ ٹو سلیپ',
  "Can't Lose": 'cannot lose, cant lose them, can not lose, cannot lose them, کانٹ لوز',
  'At Risk': 'at risk of leaving, risk of churn, churn risk, ایٹ رسک, رسک والے',
  Hibernating: 'hibernate, hibernation, hibernators, ہائبرنیٹنگ, ہائبرنیٹ',
  New: 'نیو',
}

/** Everyday words for what customers of a segment are: they name it beside `customers` or `segment` alone. */
export const segmentQualities: Readonly<Record<string, string>> = {
  Loyal: 'wafadar, wafadaar, وفادار',
  'Potential Loyalist': 'ممکنہ وفادار',
  Promising: 'umeed afza, ہونہار',
  'Need Attention': 'tawajjo talab, توجہ طلب',
  'About To Sleep': 'sone wale, سونے والے',
  'At Risk': 'risky, khatre mein, khatray mein, خطرے میں',
  Lost: 'khoye hue, khoye huay, کھوئے ہوئے, لاسٹ',
}
