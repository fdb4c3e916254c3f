import type { Comparison, Condition, Flow } from '../../schemas/flow.ts'

/** A comparison, and where in the flow it stands. */
export interface PlacedComparison {
  readonly comparison: Comparison
  readonly pointer: string
  /** The step whose it is; undefined for the trigger's. */
  readonly step: string | undefined
}

/** All comparisons of a flow: of its trigger and of its steps. */
export const comparisonsOf = ({ trigger, steps }: Flow): PlacedComparison[] => [
  ...(trigger?.condition === undefined ? [] : within(trigger.condition, '/trigger/condition', undefined)),
  ...steps.flatMap((step, i) => ('condition' in step ? within(step.condition, `/steps/${i}/condition`, step.id) : [])),
]

function within(condition: Condition, pointer: string, step: string | undefined): PlacedComparison[] {
  if ('field' in condition) return [{ comparison: condition, pointer, step }]
  if ('not' in condition) return within(condition.not, `${pointer}/not`, step)
  const name = 'all' in condition ? 'all' : 'any'
  const inner = 'all' in condition ? condition.all : condition.any
  return inner.flatMap((one, i) => within(one, `${pointer}/${name}/${i}`, step))
}

/** The same value with what stands at a JSON Pointer replaced. */
export function replacedAt<T>(value: T, pointer: string, put: unknown): T {
  const [, first, ...rest] = pointer.split('/')
  if (first === undefined) return put as T
  const inner = replacedAt((value as Record<string, unknown>)[first], rest.map(name => `/${name}`).join(''), put)
  return (Array.isArray(value) ? value.with(Number(first), inner) : { ...value, [first]: inner }) as T
}
