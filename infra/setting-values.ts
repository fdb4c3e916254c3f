/** A variable's text; undefined for one that is not set. */
export type Read = (name: string) => string | undefined

// Each reads one value. What is wrong is added to `problems`, so that all of it is told at once.

/** An http or https address. */
export function url(text: string | undefined, name: string, problems: string[]): string | undefined {
  if (text === undefined) return undefined
  if (!URL.canParse(text) || !/^https?:/.test(text))
    problems.push(`${name}: expected an http or https address, got ${JSON.stringify(text)}`)
  return text
}

/** A whole number within bounds. */
export function integer(
  text: string | undefined,
  name: string,
  { least, most, otherwise }: { least: number; most: number; otherwise: number },
  problems: string[],
): number {
  if (text === undefined) return otherwise
  const value = Number(text)
  if (Number.isInteger(value) && value >= least && value <= most) return value
  problems.push(`${name}: expected a whole number from ${least} to ${most}, got ${JSON.stringify(text)}`)
  return otherwise
}

/** One of some words. */
export function oneOf<T extends string>(
  text: string | undefined,
  name: string,
  all: readonly T[],
  otherwise: T,
  problems: string[],
): T {
  const found = all.find(one => one === (text ?? otherwise))
  if (found === undefined) problems.push(`${name}: expected one of ${all.join(', ')}, got ${JSON.stringify(text)}`)
  return found ?? otherwise
}

/** What has a certain form, which `otherwise` shows. */
export function matching(text: string | undefined, name: string, pattern: RegExp, otherwise: string, problems: string[]): string {
  if (text === undefined || pattern.test(text)) return text ?? otherwise
  problems.push(`${name}: expected something like ${otherwise}, got ${JSON.stringify(text)}`)
  return otherwise
}

/** Names of hosts, separated by commas, `*.shop.example` for all under one; as an address spells them: small, and letters outside ASCII as DNS has them. */
export const hosts = (text: string | undefined, name: string, problems: string[]): readonly string[] | undefined =>
  text?.split(',').map(host => {
    const named = host.trim()
    const under = named.startsWith('*.') ? '*.' : ''
    const address = `https://${named.slice(under.length)}`
    if (URL.canParse(address) && new URL(address).href === `https://${new URL(address).hostname}/`)
      return `${under}${new URL(address).hostname}`
    problems.push(`${name}: expected names of hosts such as shop.example or *.shop.example, got ${JSON.stringify(named)}`)
    return named
  })
