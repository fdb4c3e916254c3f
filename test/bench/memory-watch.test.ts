import { expect, test } from 'vitest'
import { isGrowing, watchMemory } from './memory-watch.ts'

const watched = async (before: number, after: number | undefined) => {
  let mib: number | undefined = before
  const watch = await watchMemory([async () => mib])
  mib = after
  return (await watch.end())[0]!
}

test('an instance that keeps about what it kept does not grow, one that keeps a little of everything does, and so does one that died', async () => {
  expect(await watched(80, 84)).toEqual({ mib: 84, grown: 4 })
  expect(isGrowing(await watched(80, 84))).toBe(false)
  expect(isGrowing(await watched(80, 100))).toBe(true)
  expect(isGrowing(await watched(80, undefined))).toBe(true)
})
