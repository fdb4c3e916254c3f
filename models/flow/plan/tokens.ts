import { normalText } from '../../text/normal-text.ts'
import type { Item } from './item.ts'

/** What stands on its own whatever the words around it: code of pages and templates, which says nothing; links, quoted texts, times of the clock, dates, numbers, words, signs. */
const TOKEN = new RegExp(
  [
    String.raw`(?<code><script\b[^]{0,2000}?<\/script>|<style\b[^]{0,2000}?<\/style>|<\/?[a-z][^<>]{0,200}>|\{\{[^{}]{0,200}\}\}|\{%[^{}]{0,200}%\}|\{[^{}\n]{0,400}"[^{}\n]{0,400}\})`,
    String.raw`(?<url>https?://[^\s"'<>“”،。]*[^\s"'<>“”،。.,;:!?)\]}۔])`,
    String.raw`(?<quote>"[^"\n]{1,1600}"|“[^”\n]{1,1600}”|«[^»\n]{1,1600}»|(?<![\p{L}\p{N}])['‘](?=\S)[^\n]{0,400}?[^\s]['’](?![\p{L}\p{N}]))`,
    String.raw`(?<date>\d{4}-\d{2}-\d{2})(?!\d)`,
    String.raw`(?<clock>\p{Nd}{1,2}[:٫.]\p{Nd}{2}(?=\s*(?:[ap]\.?\s?m\b|بجے|baje))|\p{Nd}{1,2}:\p{Nd}{2})(?![\p{Nd}:])`,
    String.raw`(?<nth>\p{Nd}{1,3}(?:st|nd|rd|th)\b)`,
    String.raw`(?<number>\p{Nd}+(?:[,٬]\p{Nd}{2,3})*(?:[.٫]\p{Nd}+)?)`,
    String.raw`(?<word>\p{L}[\p{L}\p{M}\p{Nd}_\u200c\u200d]*(?:['’ʼ][\p{L}\p{M}]+)*)`,
    '(?<arrow>[-=–—]+>|→|⇒|➡)',
    String.raw`(?<stop>[.!?…\n۔؟]+)`,
    String.raw`(?<sign>\p{Sc}|[^\s\p{L}\p{M}\p{N}])`,
  ].join('|'),
  'giu',
)

const SIGNS: Readonly<Record<string, string>> = {
  ',': 'COMMA',
  '،': 'COMMA',
  ';': 'COMMA',
  '؛': 'COMMA',
  ':': 'COLON',
  '-': 'DASH',
  '–': 'DASH',
  '—': 'COMMA',
  '/': 'SLASH',
  '(': 'COMMA',
  ')': 'COMMA',
  '+': 'PLUS',
  '%': 'PERCENT',
  '٪': 'PERCENT',
  '&': 'AND',
  $: 'DOLLARS',
  '€': 'EUROS',
  '£': 'POUNDS',
  '₨': 'RUPEES',
  '₹': 'INRS',
  '@': 'AT',
  '>': 'MORE_THAN',
  '<': 'LESS_THAN',
  '≥': 'AT_LEAST',
  '≤': 'AT_MOST',
}

/** Digits of any script as 0–9. */
const latinDigits = (text: string): string =>
  text.replace(/\p{Nd}/gu, digit => {
    let zero = digit.codePointAt(0)!
    while (/\p{Nd}/u.test(String.fromCodePoint(zero - 1)) && digit.codePointAt(0)! - zero < 9) zero--
    return String(digit.codePointAt(0)! - zero)
  })

/** A pronoun with a verb that says nothing: `they've`, `who're`, `we'd`, which is no Wednesday. */
const CONTRACTED = /^(they|who|whoever|you|we|he|she|it|someone|somebody|anyone|that|those|customers)['’ʼ](?:ve|re|d|ll|s)$/i

/** A word as tables have it: normal letters, no apostrophes, nothing that joins. */
export const plainWord = (word: string): string => normalText(word.replace(CONTRACTED, '$1').replace(/['’ʼ_]|\u200c|\u200d/g, ''))

/** Words come out as `WORD` with their plain form; hyphens and slashes between letters part words and are no signs. */
export function tokensOf(description: string): Item[] {
  const items: Item[] = []
  for (const found of description.matchAll(TOKEN)) {
    const { url, quote, date, clock, nth, number, word, arrow, stop, sign, code } = found.groups!
    const [start, text] = [found.index, found[0]]
    const at = { text, start, end: start + text.length }
    if (code !== undefined) continue
    if (url !== undefined) items.push({ ...at, name: 'URL', word: url })
    else if (quote !== undefined) items.push({ ...at, name: 'QUOTE', word: quote.slice(1, -1).trim() })
    else if (date !== undefined) items.push({ ...at, name: 'ISO_DATE', word: date })
    else if (clock !== undefined) items.push({ ...at, name: 'CLOCK', word: latinDigits(clock).replace(/[.٫]/, ':') })
    else if (nth !== undefined) items.push({ ...at, name: 'NTH', number: Number.parseInt(latinDigits(nth), 10) })
    else if (number !== undefined)
      items.push({ ...at, name: 'NUM', number: Number(latinDigits(number).replace(/[,٬]/g, '').replace('٫', '.')) })
    else if (word !== undefined) items.push({ ...at, name: 'WORD', word: plainWord(word) })
    else if (arrow !== undefined) items.push({ ...at, name: 'COMMA' })
    else if (stop !== undefined) items.push({ ...at, name: stopName(description, start, text) })
    else if (!joins(description, start)) items.push({ ...at, name: SIGNS[sign!] ?? 'SIGN' })
  }
  return items
}

/** `Rs.` and `a.m.` do not end sentences. */
function stopName(description: string, start: number, text: string): string {
  if (text !== '.') return 'STOP'
  return /(?:\b(?:rs|a|p|i|e|vs|e\.g|i\.e|approx|no)|^\s*\d{1,2})$/i.test(description.slice(Math.max(0, start - 8), start))
    ? 'DOT'
    : 'STOP'
}

/** A hyphen or slash with letters at both sides. */
const joins = (description: string, at: number): boolean =>
  /[-/‑]/.test(description[at]!) && /[\p{L}\p{N}]/u.test(description[at - 1] ?? '') && /\p{L}/u.test(description[at + 1] ?? '')
