const PERCENT = String.raw`(\d{1,4}(?:\.\d+)?)\s*(?:%|٪|percent\b|per cent\b|pct\b|fee ?sad\b|فیصد)`
const OFFER = String.raw`(?:off\b|discount|less\b|sale\b|cheaper|riayat|rayat|chh?oot\b|kam\b|رعایت|ڈسکاؤنٹ|چھوٹ|کم\b|سیل)`
const AFTER = new RegExp(String.raw`${PERCENT}[\s-]*(?:[\p{L}]+\s+){0,2}${OFFER}`, 'giu')
const BEFORE = new RegExp(
  String.raw`(?:save|discount(?: of)?|off|sale|up ?to|flat|riayat|رعایت)\s*:?\s*(?:up ?to\s+)?${PERCENT}`,
  'giu',
)
const HALF = /\bhalf[ -]price\b|\baadhi qeemat\b|آدھی قیمت/iu

/** What percentages a text offers to take off, in three languages and digits of any script: `20% off`, `bees` is not read, `100% cotton` is no offer. */
export function percentsOffered(text: string): number[] {
  const plain = text.normalize('NFKC').replace(/[٠-٩۰-۹]/g, digit => String(digit.charCodeAt(0) & 15))
  const found = [AFTER, BEFORE].flatMap(pattern => [...plain.matchAll(pattern)].map(([, number]) => Number(number)))
  return [...new Set([...found, ...(HALF.test(plain) ? [50] : [])])]
}
