import fc from 'fast-check'
import { expect, test } from 'vitest'
import { BoundedTurns, type Release } from '../../../infra/llm/bounded-turns.ts'

const never = new AbortController().signal

test('so many have a turn, so many wait for one in their order, and who comes then is told', async () => {
  const turns = new BoundedTurns({ atOnce: 1, waiting: 2 })
  const first = (await turns.take(never)) as Release
  const order: string[] = []
  const waits = ['b', 'c'].map(async name => {
    const turn = (await turns.take(never)) as Release
    order.push(name)
    turn()
  })
  expect(turns.free).toBe(false)
  expect(await turns.take(never)).toBe('full')
  first()
  await Promise.all(waits)
  expect(order).toEqual(['b', 'c'])
  expect(turns.free).toBe(true)
})

test('who does not wait any more leaves the line to others', async () => {
  const turns = new BoundedTurns({ atOnce: 1, waiting: 1 })
  const first = (await turns.take(never)) as Release
  const gone = new AbortController()
  const waiting = turns.take(gone.signal)
  gone.abort()
  expect(await waiting).toBe('ended')
  const next = turns.take(never)
  first()
  expect(typeof (await next)).toBe('function')
  expect(await turns.take(gone.signal)).toBe('ended')
})

test('no more than so many have a turn at once, whoever gives up and however often turns are given back', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 0, max: 4 }),
      fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 3 })), { maxLength: 30 }),
      async (atOnce, waiting, callers) => {
        const turns = new BoundedTurns({ atOnce, waiting })
        let now = 0
        let most = 0
        await Promise.all(
          callers.map(async ([givesUp, times]) => {
            const controller = new AbortController()
            if (givesUp) queueMicrotask(() => controller.abort())
            const turn = await turns.take(controller.signal)
            if (typeof turn !== 'function') return
            most = Math.max(most, ++now)
            await Promise.resolve()
            now--
            for (let i = 0; i < times; i++) turn()
          }),
        )
        expect(most).toBeLessThanOrEqual(atOnce)
        expect(now).toBe(0)
        expect(turns.free).toBe(true)
      },
    ),
  )
})
