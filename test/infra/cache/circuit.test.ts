import { expect, test } from 'vitest'
import { CircuitOpen, circuit } from '../../../infra/cache/circuit.ts'
import { standingClock } from '../../serving/fake-ports.ts'

/** A server that is up or not, and what was said of it. */
function world() {
  const clock = standingClock()
  const said: string[] = []
  const state = { up: true, asked: 0 }
  const guarded = circuit({ clock, pauseMs: 1000, went: error => said.push(`gone: ${error}`), back: () => said.push('back') })
  const ask = () =>
    guarded(async () => {
      state.asked++
      if (!state.up) throw new Error('refused')
      return 'answer'
    })
  return { clock, said, state, ask }
}

test('while all is well it is not in the way', async () => {
  const { ask, said, state } = world()
  expect(await Promise.all([ask(), ask()])).toEqual(['answer', 'answer'])
  expect([said, state.asked]).toEqual([[], 2])
})

test('of something that is away one request in a pause is asked, however many come, and it is told once', async () => {
  const { ask, said, state, clock } = world()
  state.up = false
  await expect(ask()).rejects.toThrow('refused')
  for (let pause = 0; pause < 5; pause++) {
    for (let i = 0; i < 20; i++) await expect(ask()).rejects.toThrow(CircuitOpen)
    clock.advance(1000)
    await expect(ask()).rejects.toThrow('refused')
  }
  expect(state.asked).toBe(6)
  expect(said).toEqual(['gone: Error: refused'])
})

test('requests that come together after a pause do not all wait for what may be still away', async () => {
  const { ask, state, clock } = world()
  state.up = false
  await ask().catch(() => {})
  clock.advance(1000)
  await Promise.allSettled(Array.from({ length: 50 }, ask))
  expect(state.asked).toBe(2)
})

test('the first answer lets all through again, and is told once', async () => {
  const { ask, said, state, clock } = world()
  state.up = false
  await ask().catch(() => {})
  state.up = true
  clock.advance(1000)
  expect(await ask()).toBe('answer')
  expect(await Promise.all([ask(), ask()])).toEqual(['answer', 'answer'])
  expect(said).toEqual(['gone: Error: refused', 'back'])
})
