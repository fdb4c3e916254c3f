/** What a value that is to be a flow may have of each, far beyond what the largest flow needs. */
export const bounds = { depth: 100, values: 50_000, characters: 2_000_000 } as const

/**
 * Why a value is too large to be looked at, or undefined. Without recursion, so that nothing nested overflows the stack, and left as soon as
 * a bound is passed, so that a value of any size costs the same.
 */
export function tooLarge(value: unknown): string | undefined {
  const rest: { readonly value: unknown; readonly depth: number }[] = [{ value, depth: 0 }]
  let [values, characters] = [0, 0]
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    if (next.depth > bounds.depth) return `is nested more than ${bounds.depth} levels deep`
    if (typeof next.value === 'string') characters += next.value.length
    if (++values > bounds.values) return `has more than ${bounds.values.toLocaleString('en-US')} values`
    if (characters > bounds.characters) return `has more than ${bounds.characters.toLocaleString('en-US')} characters`
    if (typeof next.value !== 'object' || next.value === null) continue
    const names = Array.isArray(next.value) ? undefined : Object.keys(next.value)
    const inner: readonly unknown[] = names === undefined ? (next.value as unknown[]) : Object.values(next.value)
    if (values + rest.length + inner.length > bounds.values)
      return `has more than ${bounds.values.toLocaleString('en-US')} values`
    for (const name of names ?? []) characters += name.length
    for (const one of inner) rest.push({ value: one, depth: next.depth + 1 })
  }
  return undefined
}
