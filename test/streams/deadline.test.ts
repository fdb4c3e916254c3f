import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { systemClock } from '../../streams/clock.ts'
import { deadline } from '../../streams/deadline.ts'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** As a call does it: a deadline of its own within that of its caller, and nobody who holds either but for being told. */
const nested = (outerMs: number, innerMs: number, told: (after: number) => void) => {
  const began = performance.now()
  const outer = deadline(systemClock, outerMs, new AbortController().signal)
  const inner = deadline(systemClock, innerMs, outer.signal)
  inner.signal.addEventListener('abort', () => told(performance.now() - began))
}

test.each([
  ['its own', 5_000, 60],
  ['its caller’s', 60, 5_000],
])('time that is up ends the work by %s deadline, though all garbage was collected meanwhile', async (_, outerMs, innerMs) => {
  const ended = new Promise<number>(resolve => nested(outerMs, innerMs, resolve))
  await systemClock.sleep(10)
  collect()
  expect(await ended).toBeLessThan(2_500)
})

test('who waits no more ends the work at once, before and after it began', () => {
  const waiting = new AbortController()
  const before = deadline(systemClock, 60_000, waiting.signal)
  expect(before.signal.aborted).toBe(false)
  waiting.abort()
  expect(before.signal.aborted).toBe(true)
  const after = deadline(systemClock, 60_000, waiting.signal)
  expect(after.signal.aborted).toBe(true)
  for (const { done } of [before, after]) done()
})

test('work that is done is ended by nothing, and its timer keeps no process waiting', async () => {
  const waiting = new AbortController()
  const slept: Promise<void>[] = []
  const clock = {
    ...systemClock,
    sleep: (ms: number, signal?: AbortSignal) => {
      const sleeping = systemClock.sleep(ms, signal)
      slept.push(sleeping)
      return sleeping
    },
  }
  const { signal, done } = deadline(clock, 60_000, waiting.signal)
  done()
  await Promise.all(slept)
  waiting.abort()
  expect(signal.aborted).toBe(false)
})
