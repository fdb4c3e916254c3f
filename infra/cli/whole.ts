import { InvalidArgumentError } from 'commander'

/** An option's value that counts something. */
export function whole(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('Expected a whole number above zero.')
  return value
}
