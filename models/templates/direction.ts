/** A stretch of a filled text: words of the template, a value, or a link. */
export interface Run {
  readonly text: string
  readonly kind: 'words' | 'value' | 'link'
}

type Direction = 'ltr' | 'rtl'

const MARK = { ltr: '\u200e', rtl: '\u200f' } as const
const OTHER = { ltr: 'rtl', rtl: 'ltr' } as const
const RIGHT_TO_LEFT = /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}]/u
const STRONG = /\p{L}/u

/**
 * Puts a filled text together so that phones show its words in order, though values run the other way: product names and prices in Latin
 * letters in an Urdu text, an Urdu name in an English one.
 *
 * Phones give each line the direction of its first letter, and show what stands between two letters of the other direction as one stretch
 * of that direction (Unicode UAX #9). So there is a mark (U+200F, U+200E) where a line begins with a value of the other direction, behind
 * such a value where a number or another one follows, and at its end where that is a sign such as a bracket. Marks, not isolates
 * (U+2066–2069): of these each value takes two units of the 67 of a part, and phones older than Unicode 6.3 show boxes for them; marks are
 * as old as Unicode, one is enough where one is needed, and mostly none is.
 *
 * Nothing but a space ever stands right behind a link: Android takes marks, isolates and the Urdu full stop for a part of it
 * (`android.util.Patterns.WEB_URL`).
 *
 * @param base how the template is written
 */
export function withMarks(runs: readonly Run[], base: Direction): string {
  let text = ''
  for (const [at, run] of runs.entries()) {
    const rest = runs
      .slice(at + 1)
      .map(next => next.text)
      .join('')
    if (run.kind === 'link') text += run.text + (/^[^\n -~]/.test(rest) ? ' ' : '')
    else text += run.kind === 'value' ? value(run.text, rest, base) : run.text
  }
  return text
    .split('\n')
    .map(line => begun(line, base))
    .join('\n')
}

/** A value of the other direction with what keeps it in its place. */
function value(text: string, rest: string, base: Direction): string {
  if (firstStrong(text) !== OTHER[base]) return text
  const own = MARK[OTHER[base]]
  const before = isSign(text.slice(0, 1)) ? own : ''
  const behind = isSign(text.slice(-1)) ? own : ''
  return before + text + behind + (goesOn(rest, base) ? MARK[base] : '')
}

/** Whether what follows would be taken into a stretch of the other direction: a number, or letters of that direction, before any of the base's. */
function goesOn(rest: string, base: Direction): boolean {
  const [next] = /[\p{L}\p{N}\n]/u.exec(rest) ?? []
  if (next === undefined || next === '\n') return false
  return !STRONG.test(next) || firstStrong(next) !== base
}

/** A line whose first letter runs the other way gets the base's mark in front; a line without letters, and a link alone, stay as they are. */
function begun(line: string, base: Direction): string {
  const first = firstStrong(line)
  return first === undefined || first === base || /^\s*(\S+:\/\/\S+|\{\{link\}\})\s*$/.test(line) ? line : MARK[base] + line
}

const isSign = (character: string): boolean => /[^\p{L}\p{M}\p{N}\s]/u.test(character)

function firstStrong(text: string): Direction | undefined {
  const [letter] = STRONG.exec(text) ?? []
  return letter === undefined ? undefined : RIGHT_TO_LEFT.test(letter) ? 'rtl' : 'ltr'
}
