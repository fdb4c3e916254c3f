import { longest, type Placeholder } from './placeholder.ts'

/** Cut where they are too long: all of it need not be said. */
const CUT: ReadonlySet<Placeholder> = new Set(['product', 'product_2', 'product_3'])
const DOTS = '...'

/**
 * A value without what it could do to the text around it: lines, signs that turn the direction of writing, signs that nobody sees, and
 * braces, which would make placeholders of it.
 */
export function cleanValue(
  placeholder: Placeholder,
  raw: string | undefined,
): { readonly value: string | undefined } | 'too_long' {
  const value = plain(raw ?? '')
  if (value === '') return { value: undefined }
  if (placeholder === 'link') return { value }
  if (placeholder === 'first_name') return { value: callName(value) }
  const most = longest[placeholder]
  if (value.length <= most) return { value }
  return CUT.has(placeholder) ? { value: shortened(value, most) } : 'too_long'
}

const plain = (raw: string): string =>
  raw
    .normalize('NFC')
    .replace(/[{}\p{Bidi_Control}\p{Cs}\u200b\u2060\ufeff\ufffd]/gu, '')
    .replace(/[\p{Cc}\p{Z}]+/gu, ' ')
    .trim()

/** What somebody is called by, of what a form let them enter; undefined where that is no name: a link, a number, a sentence. */
function callName(value: string): string | undefined {
  if (!/^\p{L}(?:[\p{L}\p{M} .'’-]|\p{Join_Control})*$/u.test(value) || /\p{L}\.\p{L}{2}/u.test(value)) return undefined
  const name = value.replace(/[ .'’-]+$/u, '')
  if (name.length <= longest.first_name) return name
  const words = name
    .slice(0, longest.first_name + 1)
    .split(' ')
    .slice(0, -1)
    .join(' ')
  return words === '' ? undefined : words
}

/** Whole words of a text, and dots for the rest. */
function shortened(value: string, most: number): string {
  const room = most - DOTS.length
  let kept = ''
  for (const character of value) {
    if (kept.length + character.length > room) break
    kept += character
  }
  const word = kept.lastIndexOf(' ')
  const whole = word > room / 2 ? kept.slice(0, word) : kept
  return whole.replace(/[\s\p{P}\u200d]+$/u, '') + DOTS
}
