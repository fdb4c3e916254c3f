import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { feel, type Mood, moodFromColumn, moodOf, moodToColumn } from '../../models/mood.ts'
import type { Feeling } from '../../models/sentiment.ts'

const good: Feeling = { positive: 0.8, neutral: 0.15, negative: 0.05 }
const bad: Feeling = { positive: 0.05, neutral: 0.15, negative: 0.8 }
const plain: Feeling = { positive: 0.3, neutral: 0.4, negative: 0.3 }
const said = (...all: Feeling[]): Mood => all.reduce<Mood>((mood, one, i) => feel(mood, one, i), [])

const chances = fc.tuple(fc.nat(1000), fc.nat(1000), fc.nat(1000)).map(([a, b, c]): Feeling => {
  const sum = a + b + c || 1
  return { positive: a / sum, neutral: (a + b + c === 0 ? 1 : b) / sum, negative: c / sum }
})
const messages = fc.array(fc.record({ feeling: chances, at: fc.nat(30) }), { maxLength: 40 })
const moodAfter = (all: readonly { feeling: Feeling; at: number }[]) =>
  all.reduce<Mood>((mood, { feeling, at }) => feel(mood, feeling, at), [])

describe('a mood', () => {
  test('is the same in whatever order messages arrive, of one instant too', () => {
    fc.assert(
      fc.property(
        messages.chain(all => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        ([sent, arrived]) => {
          expect(moodAfter(arrived)).toEqual(moodAfter(sent))
        },
      ),
    )
  })

  test('comes back from its column as it was', () => {
    fc.assert(
      fc.property(messages, all => {
        const mood = moodAfter(all)
        expect(moodFromColumn(JSON.parse(moodToColumn(mood)))).toEqual(mood)
      }),
    )
  })

  test('of one message is what the message most likely means', () => {
    fc.assert(
      fc.property(chances, feeling => {
        const [first, second] = Object.entries(feeling).sort(([, a], [, b]) => b - a) as [[string, number], [string, number]]
        fc.pre(first[1] - second[1] > 0.002)
        expect(moodOf(feel([], feeling, 1))!.label).toBe(first[0])
      }),
    )
  })

  test('forgets all but the newest twenty messages', () => {
    const mood = said(...Array<Feeling>(30).fill(bad), ...Array<Feeling>(20).fill(good))
    expect(mood).toHaveLength(20)
    expect(moodOf(mood)).toEqual({ label: 'positive', average: 0.75, trend: 'steady' })
  })

  test('of nothing is none', () => {
    expect(moodOf([])).toBeNull()
  })

  test.each([
    ['rising', [bad, bad, good, good]],
    ['falling', [good, good, bad, bad]],
    ['steady', [plain, good, plain, good]],
    ['steady', [bad, good]],
  ] as const)('is %s when its later half says so', (trend, all) => {
    expect(moodOf(said(...all))).toMatchObject({ trend })
  })
})
