import fc from 'fast-check'
import type { Mishap } from './mishaps.ts'

/** A beat, sent perhaps more than once under its id; or a line drawn in every partition. */
export type Sent = { readonly owner: string; readonly n: number; readonly amount: number } | { readonly line: number }

export const sentUpTo = (maxLength: number): fc.Arbitrary<Sent[]> =>
  fc.array(
    fc.oneof(
      {
        weight: 12,
        arbitrary: fc.record({
          owner: fc.constantFrom(...'abcdefg'),
          n: fc.integer({ min: 0, max: 12 }),
          amount: fc.integer({ min: 1, max: 9 }),
        }),
      },
      { weight: 1, arbitrary: fc.record({ line: fc.integer({ min: 0, max: 40 }) }) },
    ),
    { minLength: 20, maxLength },
  )

/** What befalls the instances that follow each other; `passes` is how often a place is passed at most before it happens there. */
export const mishapsOf = (passes: number, length: { minLength?: number; maxLength: number }): fc.Arbitrary<Mishap[]> =>
  fc.array(
    fc.record({
      place: fc.constantFrom('folded', 'published', 'committing', 'committed', 'publish half', 'publish answer', 'commit answer'),
      times: fc.integer({ min: 1, max: passes }),
      dies: fc.boolean(),
    }),
    length,
  )
