import { InvalidArgumentError } from 'commander'

/** An option's value that counts something. */
export function whole(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('Expected a whole number above zero.')
  return value
}

/** As `whole`, of what takes longer or more memory the larger it is. */
export const wholeUpTo =
  (most: number) =>
  (text: string): number => {
    const value = Number(text)
    if (!Number.isInteger(value) || value < 1 || value > most)
      throw new InvalidArgumentError(`Expected a whole number from 1 to ${most}.`)
    return value
  }
