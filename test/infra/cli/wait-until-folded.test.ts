import { expect, test } from 'vitest'
import { type Folding, waitUntilFolded } from '../../../infra/cli/wait-until-folded.ts'

/** Waits on a clock that only sleep moves; answers how long, in ms. */
async function waited(look: (now: number) => Folding): Promise<number> {
  let now = 0
  const sleep = async (ms: number) => {
    now += ms
  }
  const clock = { now: () => now, monotonic: () => now, sleep }
  const line = { show() {}, end() {} }
  await waitUntilFolded(async () => look(now), { clock, line, signal: new AbortController().signal })
  return now
}

test('a wait goes on while anything is committed, however long no fewer records are left: what one folds is more for the next', async () => {
  const busy = (now: number): Folding => ({ left: now < 600_000 ? 500 : 0, committedAt: Math.floor(now / 20_000) })
  expect(await waited(busy)).toBeGreaterThanOrEqual(600_000)
})

test('a wait ends after half a minute without a commit, and says that nobody folds', async () => {
  await expect(waited(() => ({ left: 7, committedAt: 5 }))).rejects.toThrow(
    /nothing has been folded for 30 s \(7 records are left\)/,
  )
})

test('nothing left once is not the end: a tick may be on its way', async () => {
  const looks = [3, 0, 0, 2, 0, 0, 0, 0]
  expect(await waited(now => ({ left: looks[now / 400]!, committedAt: now }))).toBe(400 * looks.length)
})
