import type { Condition } from '../../../../schemas/flow.ts'

/** Nobody lives in two cities or is in two segments: `in Karachi and Lahore` is in one of them. */
export function allOf(parts: readonly Condition[]): Condition {
  const groups = new Map<string, Condition[]>()
  parts.forEach((part, at) => {
    const field = onlyValueOf(part)
    const key = field ?? String(at)
    const said = field !== undefined && 'any' in part ? part.any : [part]
    groups.set(key, [...(groups.get(key) ?? []), ...said])
  })
  const all = [...groups.values()].map(group => anyOf(distinct(group)))
  return all.length === 1 ? all[0]! : { all }
}

/** Of what a customer has one value, and which is told: the field. */
function onlyValueOf(part: Condition): string | undefined {
  if ('any' in part) {
    const fields = new Set(part.any.map(onlyValueOf))
    return fields.size === 1 ? [...fields][0] : undefined
  }
  return 'field' in part && part.op === 'eq' && /^(segment$|profile\.)/.test(part.field) ? part.field : undefined
}

const distinct = (parts: readonly Condition[]): Condition[] => [
  ...new Map(parts.map(part => [JSON.stringify(part), part])).values(),
]
const anyOf = (parts: readonly Condition[]): Condition => (parts.length === 1 ? parts[0]! : { any: parts })
