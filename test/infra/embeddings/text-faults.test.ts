import { expect, test } from 'vitest'
import { TextFaults } from '../../../infra/embeddings/text-faults.ts'

test('a text is refused once two processes in a row failed at it, and not where it passed in between', () => {
  const faults = new TextFaults()
  faults.blame('a', 'model_silent')
  expect([faults.suspects('a'), faults.refusal('a'), faults.suspects('b')]).toEqual([true, undefined, false])
  faults.passed('a')
  faults.blame('a', 'model_died')
  expect(faults.refusal('a')).toBeUndefined()
  faults.blame('a', 'model_died')
  expect([faults.refusal('a'), faults.refusal('b')]).toEqual(['model_died', undefined])
  faults.forget()
  expect(faults.suspects('a')).toBe(false)
})

test('of more faults than are remembered the oldest are forgotten: memory does not grow with what a model fails at', () => {
  const faults = new TextFaults()
  for (let i = 0; i <= 10_000; i++) faults.blame(`text ${i}`, 'model_died')
  expect([0, 1, 10_000].map(i => faults.suspects(`text ${i}`))).toEqual([false, true, true])
})
