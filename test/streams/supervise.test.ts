import { expect, test } from 'vitest'
import type { Clock } from '../../streams/clock.ts'
import { supervise } from '../../streams/supervise.ts'

/** A clock whose sleeps take no time and are written down. */
function scripted() {
  let now = 0
  const slept: number[] = []
  const clock: Clock = {
    now: () => now,
    monotonic: () => now,
    async sleep(ms) {
      slept.push(ms)
      now += ms
    },
  }
  return {
    clock,
    slept,
    pass: (ms: number) => {
      now += ms
    },
  }
}

function supervised(run: () => Promise<void>, world = scripted()) {
  const stopping = new AbortController()
  const warned: string[] = []
  const done = supervise('p', run, {
    clock: world.clock,
    warn: message => warned.push(message),
    signal: stopping.signal,
    fatal: error => error instanceof RangeError,
  })
  return { done, stop: () => stopping.abort(), warned, ...world }
}

test('what fails is started again, with pauses that grow up to ten seconds, until it is told to stop', async () => {
  let runs = 0
  const { done, stop, slept, warned } = supervised(async () => {
    if (++runs === 9) return stop()
    throw new Error('again')
  })
  await done
  expect(slept).toEqual([200, 400, 800, 1600, 3200, 6400, 10_000, 10_000])
  expect(warned).toHaveLength(8)
})

test('what ran well for a minute begins with a short pause', async () => {
  const world = scripted()
  let runs = 0
  const { done, stop, slept } = supervised(async () => {
    if (++runs === 5) return stop()
    if (runs === 4) world.pass(60_001)
    throw new Error('again')
  }, world)
  await done
  expect(slept).toEqual([200, 400, 800, 200])
})

test('a fatal error goes up at once', async () => {
  const { done, slept } = supervised(async () => {
    throw new RangeError('another log')
  })
  await expect(done).rejects.toThrow('another log')
  expect(slept).toEqual([])
})

test('after about ten minutes of failing it is given up with the last error', async () => {
  let runs = 0
  const { done, slept } = supervised(async () => {
    throw new Error(`failure ${++runs}`)
  })
  await expect(done).rejects.toThrow('failure 71')
  const minutes = slept.reduce((a, b) => a + b, 0) / 60_000
  expect(minutes).toBeGreaterThan(9)
  expect(minutes).toBeLessThan(12)
})
