/**
 * Which addresses a link may lead to: those whose host is named, or lies under one named `*.shop.example`; any where none is named.
 * The host is what a browser would go to: what stands before an `@` is not, and letters outside ASCII are as DNS has them.
 */
export function linkHosts(named: readonly string[] | undefined): (link: string) => boolean {
  if (named === undefined) return () => true
  const whole = new Set(named.filter(name => !name.startsWith('*.')))
  const under = named.filter(name => name.startsWith('*.')).map(name => name.slice(1))
  return link => {
    const host = new URL(link).hostname.replace(/\.$/, '')
    return whole.has(host) || under.some(suffix => host.endsWith(suffix))
  }
}
