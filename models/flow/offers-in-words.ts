const NUMBER = String.raw`(\d{1,9}(?:,\d{2,3})*(?:\.\d+)?)`
const PERCENT = String.raw`${NUMBER}\s*(?:%|٪|percent\b|per cent\b|pct\b|fee ?sad\b|فیصد)`
const MONEY = String.raw`(?:(?:\brs\.?|\bpkr|₨|\busd|\$|\bgbp|£|\beur|€)\s*${NUMBER}|${NUMBER}\s*(?:rs\b|pkr\b|rup(?:ee|aye|iye|ay)s?\b|روپے|روپیے))`
const OFFER = String.raw`(?:off\b|discount|less\b|sale\b|cheaper|riayat|rayat|chh?oot\b|kam\b|رعایت|ڈسکاؤنٹ|چھوٹ|کم(?!\p{L})|سیل(?!\p{L}))`
const BETWEEN = String.raw`[\s-]*(?:\p{L}+\s+){0,2}`
const SAID_BEFORE = String.raw`(?:\bsave|\bdiscount(?: of)?|\boff|\bsale|\bup ?to|\bflat|\briayat|رعایت)\s*:?\s*(?:up ?to\s+)?`
const HALF = /\bhalf[ -]price\b|\baadhi qeemat\b|آدھی قیمت/iu

/** What percentages a text offers to take off, in three languages and digits of any script: `20% off` is one, `100% cotton` is none. */
export const percentsOffered = (text: string): number[] => [
  ...new Set([...offered(text, PERCENT), ...(HALF.test(text) ? [50] : [])]),
]

/** What amounts of money a text offers to take off, in whichever currency: `Rs 500 off` is one, `for Rs 500` is none. */
export const amountsOffered = (text: string): number[] => [...new Set(offered(text, MONEY))]

function offered(text: string, what: string): number[] {
  const plain = text.normalize('NFKC').replace(/[٠-٩۰-۹]/g, digit => String(digit.charCodeAt(0) & 15))
  const patterns = [new RegExp(`${what}${BETWEEN}${OFFER}`, 'giu'), new RegExp(`${SAID_BEFORE}${what}`, 'giu')]
  return patterns.flatMap(pattern =>
    [...plain.matchAll(pattern)].map(([, ...numbers]) =>
      Number(numbers.find(number => number !== undefined)!.replaceAll(',', '')),
    ),
  )
}
