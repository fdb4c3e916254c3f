import type { FlowShop } from '../flow-shop.ts'
import type { Item } from './item.ts'
import type { Remarks } from './outline.ts'

/** More than this nobody reads. */
const MOST_NAMED = 8
const LONGEST_NAMED = 60
/** `set the property stage to lapsed`: so far from the word for marking is what is marked. */
const MARK = 4

/**
 * Says what of a description no flow can hold, and what nobody understood: left out silently, it would be taken for done. Instructions to
 * us are words like others, so what of them no table has is named here as well.
 */
export function sayLeftOut(
  { items, description, shop }: { items: readonly Item[]; description: string; shop: FlowShop },
  { assumptions, corrections }: Remarks,
): void {
  const find = (name: string) => items.find(item => item.name === name)
  const festival = find('FESTIVAL')
  if (festival !== undefined && find('DATE') === undefined)
    assumptions.push(
      `The day of ${saidOf([festival], description)} moves from year to year and no date was said: say one, such as "on 20 March at 11am", for the flow to begin on it.`,
    )
  const smallest = find('SMALLEST_ORDER')
  if (smallest !== undefined)
    assumptions.push(
      `That the offer is for orders of ${shop.currency} ${smallest.number} and more cannot be written into a flow: the code or the till has to ask for it.`,
    )
  if (find('CANNOT_OFFER') !== undefined)
    corrections.push('A free product with another is no offer that a flow can make: it was left out.')
  const bare = items.find(({ name, word }) => name === 'OFFER' && word === 'bare')?.discount
  if (bare !== undefined && bare.type !== 'free_shipping')
    assumptions.push(
      `"${bare.value} off" was taken as ${bare.type === 'percent' ? `${bare.value} %` : `${shop.currency} ${bare.value}`}.`,
    )
  if (items.some(({ name, word }) => name === 'TRIGGER' && word === 'before'))
    corrections.push('A flow begins on the birthday, not before it: what was to come days before comes on the day.')
  const unknown = unknownIn(items, description)
  if (unknown.length > 0)
    assumptions.push(`${unknown.slice(0, MOST_NAMED).map(quoted).join(', ')} was not understood and left out.`)
}

/** Stretches of words that no rule took, as they are written. A word beside a mark is the mark's name. */
function unknownIn(items: readonly Item[], description: string): string[] {
  const runs: Item[][] = []
  items.forEach((item, at) => {
    const marks = items.slice(Math.max(0, at - MARK), at).some(({ name }) => name === 'TAG' || name === 'AS')
    if ((item.name !== 'WORD' && item.name !== 'THIS_SPAN') || marks || !/\p{L}{3}/u.test(item.text)) return
    if (items[at - 1]?.name === 'WORD' && runs.at(-1)?.at(-1) === items[at - 1]) runs.at(-1)!.push(item)
    else runs.push([item])
  })
  return [...new Set(runs.map(run => saidOf(run, description)))]
}

const saidOf = (run: readonly Item[], description: string): string =>
  description.slice(run[0]!.start, run.at(-1)!.end).replace(/\s+/g, ' ').slice(0, LONGEST_NAMED)
const quoted = (words: string): string => `"${words}"`
