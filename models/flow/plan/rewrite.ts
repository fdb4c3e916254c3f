import type { Item, Meaning } from './item.ts'

/** What a matched run of items becomes; undefined leaves it as it is. */
export type Made = (Meaning & { readonly name: string }) | undefined

export interface Rule {
  /** Names of items as a regular expression over whole items: `WAIT FOR? DUR`, `(AFTER|LATER) ANY{0,2} BUY`. */
  readonly pattern: RegExp
  readonly make: (found: readonly Item[]) => Made
}

/**
 * A rule of the grammar. Names in capitals stand for one item each; `ANY` for one of whatever name; all else is as in regular expressions.
 */
export const rule = (pattern: string, make: Rule['make'] | string): Rule => ({
  pattern: itemPattern(pattern),
  make: typeof make === 'string' ? found => ({ ...carried(found), name: make }) : make,
})

/** Everything a run carries, where the new item says the same under another name. */
export const carried = (found: readonly Item[]): Meaning => {
  const meaning: Record<string, unknown> = {}
  for (const { name: _, text: __, start: ___, end: ____, word, ...rest } of found) Object.assign(meaning, rest)
  return meaning as Meaning
}

/** More of a kind than a sentence has in a row; without a bound, a row of thousands would be gone through from each of its items. */
const MOST_REPEATS = 8

export const itemPattern = (pattern: string): RegExp =>
  new RegExp(
    pattern
      .replace(/[A-Z][A-Z_0-9]*/g, name => (name === 'ANY' ? '(?:<\\w+>)' : `(?:<${name}>)`))
      .replace(/\s+/g, '')
      .replace(/\)([*+])/g, (_, often: string) => `){${often === '*' ? 0 : 1},${MOST_REPEATS}}`),
    'g',
  )

/**
 * Applies rules in order, each over the whole text before the next: a cascade of finite-state transducers (Abney, "Partial parsing via
 * finite-state cascades", 1996). Later rules see what earlier ones made.
 */
export function rewrite(items: readonly Item[], rules: readonly Rule[]): Item[] {
  let line = lineOf(items)
  let current = [...items]
  for (const { pattern, make } of rules) {
    const next = applied(current, line, pattern, make)
    if (next === current) continue
    current = next
    line = lineOf(current)
  }
  return current
}

interface Line {
  readonly text: string
  /** Where in `text` each item begins. */
  readonly starts: readonly number[]
}

export function lineOf(items: readonly Item[]): Line {
  const starts: number[] = []
  let text = ''
  for (const { name } of items) {
    starts.push(text.length)
    text += `<${name}>`
  }
  return { text, starts }
}

function applied(items: Item[], line: Line, pattern: RegExp, make: Rule['make']): Item[] {
  let kept: Item[] | undefined
  let done = 0
  for (const found of line.text.matchAll(pattern)) {
    if (found[0] === '') continue
    const from = indexAt(line.starts, found.index)
    const to = indexAt(line.starts, found.index + found[0].length)
    const run = items.slice(from, to)
    const made = make(run)
    if (made === undefined) continue
    kept ??= []
    kept.push(...items.slice(done, from), spanning(run, made))
    done = to
  }
  return kept === undefined ? items : [...kept, ...items.slice(done)]
}

const spanning = (run: readonly Item[], made: Meaning & { readonly name: string }): Item => ({
  ...made,
  start: run[0]!.start,
  end: run.at(-1)!.end,
  text: run.map(({ text }) => text).join(' '),
})

/** The item that begins at a position of the line; as many as there are, for its end. */
function indexAt(starts: readonly number[], position: number): number {
  let [low, high] = [0, starts.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (starts[middle]! < position) low = middle + 1
    else high = middle
  }
  return low
}
