import { septetsOf, smsParts } from './sms-parts.ts'

/**
 * What stands for characters that word processors and phones put in by themselves and that GSM-7 lacks. Each means the same to a
 * reader; letters are never among them, of no script.
 */
const STAND_INS: Readonly<Record<string, readonly string[]>> = {
  "'": ['‘', '’', '‚', '‛', '′', '‵', '`', '´', 'ʹ', 'ʼ', '‹', '›'],
  '"': ['“', '”', '„', '‟', '″', '‶', '«', '»'],
  '-': ['‐', '‑', '‒', '–', '—', '―', '−', '⁃', '﹘', '－'],
  '...': ['…'],
  '.': ['․', '·'],
  '*': ['•', '∙', '●', '▪'],
  '/': ['⁄', '∕'],
  Rs: ['₨'],
  x: ['×'],
  ' ': ['\u00a0', '\u1680', '\u202f', '\u205f', '\u3000', ...range('\u2000', '\u200a')],
  '\n': ['\u2028', '\u2029', '\u0085'],
  '': ['\u00ad', '\u200b', '\u2060', '\ufeff', '\ufe0e'],
}

const standIn = new Map(Object.entries(STAND_INS).flatMap(([plain, typed]) => typed.map(character => [character, plain])))

/**
 * A text in GSM-7 where all that keeps it out of that alphabet are signs with a stand-in (typographic quotes, dashes, ellipses, spaces that
 * nobody sees, a letter and its accent in two characters): one of them more than halves what a part holds. Where anything else keeps it out, as
 * Urdu does, or where it would take more parts, the text is answered as it is. Links are never touched.
 */
export function gsmText(text: string): string {
  const plain = text
    .split(LINK)
    .map((piece, i) => (i % 2 === 1 ? piece : plainly(piece)))
    .join('')
  if (plain === text) return text
  const [before, after] = [smsParts(text), smsParts(plain)]
  return after.encoding === 'GSM-7' && after.parts <= before.parts ? plain : text
}

const LINK = /(https?:\/\/\S+)/i

const plainly = (text: string): string =>
  [...text.normalize('NFC')]
    .map(character => (septetsOf(character) > 0 ? character : (standIn.get(character) ?? character)))
    .join('')

function range(first: string, last: string): string[] {
  const [from, to] = [first.charCodeAt(0), last.charCodeAt(0)]
  return Array.from({ length: to - from + 1 }, (_, i) => String.fromCharCode(from + i))
}
