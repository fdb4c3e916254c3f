import type { Headers } from './log.ts'

/** A place in a source's output: the input offset it came from, and the how-manieth output of that record it is. */
export type Mark = readonly [offset: number, n: number]

/** High-water marks of one reading partition: the last mark seen of each source. */
export type Marks = Record<string, Mark>

/** A source: every incarnation of it sends each partition the same sequence in order, so a reader needs one mark (engine rule 1). */
export const sourceName = (processor: string, topic: string, generation: number, partition: number): string =>
  `${processor}/${topic}/${generation}/${partition}`

/** CloudEvents' source and id, which together name a record once. */
export const markHeaders = (source: string, offset: number, n: number): Headers => ({
  ce_source: source,
  ce_id: `${offset}.${n}`,
})

/** What `sourceName` makes. Outsiders use the same headers, as CloudEvents has them, with ids that say nothing of an order. */
const OURS = /^[^/]+\/[^/]+\/\d+\/\d+$/

/** A record's source and its place in that source's output. */
export interface Marked {
  readonly source: string
  readonly mark: Mark
}

/** The mark that a record's headers hold, where they hold one. */
export function markOf({ ce_source: source, ce_id: id }: Headers): Marked | undefined {
  if (source === undefined || id === undefined) return undefined
  const dot = id.indexOf('.')
  return dot < 0 ? undefined : { source, mark: [Number(id.slice(0, dot)), Number(id.slice(dot + 1))] }
}

/** True when the record comes from a source and was read before. Moves the mark when it was not. */
export function passed(marks: Marks, marked: Marked | undefined): boolean {
  if (marked === undefined) return false
  const { source, mark } = marked
  const [offset, n] = mark
  const last = marks[source]
  if (last === undefined && !OURS.test(source)) return false
  if (last === undefined) silenceOlder(marks, source)
  if (last !== undefined && (offset < last[0] || (offset === last[0] && n <= last[1]))) return true
  marks[source] = mark
  return false
}

/** Behind which nothing of a source comes any more. */
export const ENDED: Mark = [Number.MAX_SAFE_INTEGER, 0]

/** A source of a newer generation was heard: what an older one may still send was left behind by a rebuild. */
function silenceOlder(marks: Marks, source: string): void {
  const [processor, topic, generation, partition] = source.split('/') as [string, string, string, string]
  for (let older = Number(generation) - 1; older > 0; older--) {
    const name = sourceName(processor, topic, older, Number(partition))
    if (name in marks) marks[name] = ENDED
  }
}
