import type { Topic } from '../../schemas/topic.ts'
import type { AnyFold, AnyScorer } from '../processor.ts'

type Processor = AnyFold | AnyScorer

/** What a rebuild comes to. */
export interface RebuildPlan {
  /** The processor asked for and all downstream of it, in the order in which an event meets them. */
  readonly processors: readonly Processor[]
  /** Topics between them: told anew, to each other alone. */
  readonly inner: readonly Topic[]
  /** Those of them that others write to as well. */
  readonly relayed: readonly Topic[]
}

/** It cannot be; the message says why, and what to do instead. */
export class RebuildRefused extends Error {
  override readonly name = 'RebuildRefused'
}

/**
 * What has to be rebuilt with a processor. Whose rows say what was done in the world stays as it is, downstream too: what it was told was told.
 *
 * What a processor says back to one that stands before it (cuts on a customer's own stream) is history there like any other event: it is
 * on the log, and is not said again. So the way downstream goes forward only.
 *
 * @param all every processor, in the order in which an event meets them
 */
export function rebuildPlan(all: readonly Processor[], name: string): RebuildPlan {
  const root = all.find(processor => processor.name === name)
  if (root === undefined)
    throw new RebuildRefused(`There is no processor ${name}. There are ${all.map(processor => processor.name).join(', ')}.`)
  const processors = all.filter(
    (processor, i) => processor === root || (keptForGood(processor) === undefined && isDownstream(all, root, i)),
  )
  for (const processor of processors) refuseWhatStays(processor)
  const written = new Set(
    processors.flatMap(({ outputs }, i) => outputs.filter(topic => isReadBy(processors.slice(i + 1), topic))),
  )
  const others = all.filter(processor => !processors.includes(processor))
  return {
    processors,
    inner: [...written],
    relayed: [...written].filter(topic => others.some(({ outputs }) => outputs.includes(topic))),
  }
}

function isDownstream(all: readonly Processor[], root: Processor, at: number): boolean {
  return all.some(
    (writer, i) => i < at && writer.outputs.includes(all[at]!.input) && (writer === root || isDownstream(all, root, i)),
  )
}

const isReadBy = (readers: readonly Processor[], topic: Topic): boolean => readers.some(({ input }) => input === topic)

const keptForGood = ({ state }: Pick<Processor, 'state'>) => Object.values(state.tables).find(table => table?.insertOnly)

function refuseWhatStays({ name, state }: Processor): void {
  if (Object.keys(state.tables).length === 0 && state.wholes === undefined)
    throw new RebuildRefused(`${name} keeps no state: there is nothing to rebuild.`)
  const forGood = keptForGood({ state })
  if (forGood !== undefined)
    throw new RebuildRefused(
      `${name} is never rebuilt: the rows of ${forGood.name} say what was done in the world, and doing it again would be worse than any mistake in them.`,
    )
}
