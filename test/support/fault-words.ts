/** A fault in a sentence, with a few of those it concerns; none where it concerns nobody. */
export const some = (what: string, ids: readonly unknown[]): string[] =>
  ids.length === 0 ? [] : [`${what}: ${ids.length}, such as ${ids.slice(0, 5).join(', ')}`]

/** JSON with its keys in order: jsonb does not keep them. */
export const canonical = (value: unknown): string =>
  JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
