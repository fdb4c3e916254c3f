import { expect, test } from 'vitest'
import { runEngine } from '../../infra/run-engine.ts'
import type { Engine } from '../../streams/engine.ts'
import { hastyClock } from '../support/engine.ts'

test('stopping ends although one part never does, and says which', async () => {
  const told: unknown[] = []
  const engine = { clock: hastyClock, warn: (...what: unknown[]) => void told.push(what) } as unknown as Engine
  const stuck = { kind: 'dispatcher', name: 'stuck', run: () => new Promise<void>(() => {}) } as const
  const sound = {
    kind: 'dispatcher',
    name: 'sound',
    run: (signal: AbortSignal) => hastyClock.sleep(1e9, signal),
  } as const
  const running = runEngine(engine, {
    processors: [],
    dispatchers: [stuck, sound],
    views: [],
    scorerViews: () => undefined,
    fatal: error => {
      throw error
    },
  })
  await running.stop()
  expect(told).toEqual([['stopping without what did not end in time', { still: ['stuck'] }]])
})
