import bidiFactory, { type Bidi, type EmbeddingLevels } from 'bidi-js'
import { type Script, scriptOf } from './printed-fonts.ts'

// Its types are written for a module, what it exports is CommonJS: the factory is the default of the default to the compiler only.
const bidi = (bidiFactory as unknown as () => Bidi)()

export type Direction = 'ltr' | 'rtl'

/** A text whose characters know which way they run. */
export interface Paragraph {
  readonly text: string
  readonly levels: EmbeddingLevels
}

/** Letters of one font that run one way, as the font's shaper takes them. */
export interface Run {
  readonly letters: string
  readonly script: Script
}

/** No more of a text is printed: a name of a megabyte is no name. */
const MOST = 2_000

/** Isolates: what stands between them does not turn the text around it. */
const [LEFT, RIGHT, END] = ['\u2066', '\u2067', '\u2069']

/** A text as it may be printed: without controls and marks that turn text (zero-width joiners are spelling in Urdu), and a � for what no font here has. */
export function printable(text: string): string {
  const short = text.length > MOST ? `${text.slice(0, MOST)}…` : text
  const plain = short.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').replace(/(?![\u200c\u200d])(?:\p{Cf}|\p{Cs}|\ufe0f)/gu, '')
  return [...plain]
    .map(character => (scriptOf(character, false) === undefined ? '\ufffd' : character))
    .join('')
    .replace(/\ufffd+/g, '\ufffd')
}

/** Which way a text runs by its first letter (UAX 9, P2), as the page around it does where it has none: a name of the other script keeps its full stop at its end. */
export function directionOf(text: string, around: Direction): Direction {
  const [first] = /\p{L}/u.exec(text) ?? []
  if (first === undefined) return around
  return /[\p{Script=Arabic}\p{Script=Hebrew}]/u.test(first) ? 'rtl' : 'ltr'
}

/** Texts one after the other, each running its own way: a number or a name keeps its order in a sentence of either language. */
export const isolated = (text: string, direction: Direction): string => `${direction === 'ltr' ? LEFT : RIGHT}${text}${END}`

/** Source: Unicode Standard Annex 9, by bidi-js. */
export const paragraphOf = (text: string, direction: Direction): Paragraph => ({
  text,
  levels: bidi.getEmbeddingLevels(text, direction),
})

/** What stands in a line, from `start` to before `end` of a paragraph, from left to right of the paper. */
export function runsOf({ text, levels }: Paragraph, start: number, end: number): Run[] {
  if (start >= end) return []
  const mirrored = bidi.getMirroredCharactersMap(text, levels.levels, start, end - 1)
  const runs: { letters: string; script: Script; odd: boolean; last: number }[] = []
  for (const at of bidi.getReorderedIndices(text, levels, start, end - 1).slice(start, end)) {
    const letter = mirrored.get(at) ?? text[at]!
    if (/[\u2066-\u2069]/.test(letter)) continue
    const odd = (levels.levels[at]! & 1) === 1
    const script = scriptOf(letter, odd) ?? 'latin'
    const run = runs.at(-1)
    if (run?.script !== script || run.odd !== odd || Math.abs(run.last - at) !== 1)
      runs.push({ letters: letter, script, odd, last: at })
    else {
      run.letters = odd ? letter + run.letters : run.letters + letter
      run.last = at
    }
  }
  return runs.map(({ letters, script, odd }) => ({
    script,
    letters: odd && !hasArabic(letters) ? [...letters].reverse().join('') : letters,
  }))
}

/** The shaper turns a run around where it finds an Arabic letter, and not for brackets and commas alone. */
const hasArabic = (letters: string): boolean => /(?![\u060c\u061b\u061f\u0640])\p{Script=Arabic}/u.test(letters)
