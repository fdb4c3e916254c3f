import { InvalidArgumentError } from 'commander'

/** An option's value that is an instant, in epoch ms. */
export function instant(text: string): number {
  const at = Date.parse(text)
  if (Number.isNaN(at)) throw new InvalidArgumentError('Expected an instant such as 2026-01-31 or 2026-01-31T08:00:00Z.')
  return at
}
