import fc from 'fast-check'
import { expect, test } from 'vitest'
import { addMessage, type CampaignEdge, type EdgeMessage, intentWorth, weightAt } from '../../models/campaign-edge.ts'
import { intents } from '../../models/intents.ts'

const DAY = 86_400_000
const START = Date.UTC(2026, 0, 1)

const messages: fc.Arbitrary<EdgeMessage[]> = fc.array(
  fc
    .record({
      intent: fc.constantFrom(...intents, null),
      day: fc.integer({ min: 0, max: 400 }),
      feeling: fc.integer({ min: -1000, max: 1000 }),
    })
    .map(({ intent, day, feeling }) => ({
      intent,
      inbound: intent !== null,
      at: START + day * DAY,
      feeling: intent === null ? 0 : feeling / 1000,
    })),
  { maxLength: 30 },
)
const edgeOf = (all: readonly EdgeMessage[]) => all.reduce<CampaignEdge>(addMessage, [])
const counted = (edge: CampaignEdge) => edge.map(({ engagement: _, ...counts }) => counts)

test('what is kept is what counting all messages anew comes to, in whatever order they arrived', () => {
  fc.assert(
    fc.property(
      messages.chain(all => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
      ([sent, arrived]) => {
        const plain = [null, ...intents]
          .map(intent => ({ intent, some: sent.filter(message => message.intent === intent) }))
          .filter(({ some }) => some.length > 0)
          .map(({ intent, some }) => ({
            intent,
            messages: some.length,
            inbound: some.filter(({ inbound }) => inbound).length,
            newestAt: Math.max(...some.map(({ at }) => at)),
            sentiment: some.reduce((sum, { feeling }) => sum + Math.round(feeling * 1000), 0),
          }))
        expect(counted(edgeOf(arrived))).toEqual(expect.arrayContaining(plain))
        expect(edgeOf(arrived)).toHaveLength(plain.length)
        expect(counted(edgeOf(sent))).toEqual(counted(edgeOf(arrived)))
      },
    ),
  )
})

test('the weight is the sum over messages of 0.4 · e^(−0.1·days) times what their intent is worth', () => {
  fc.assert(
    fc.property(messages, fc.integer({ min: 400, max: 600 }), (all, day) => {
      const now = START + day * DAY
      for (const sums of edgeOf(all)) {
        const some = all.filter(({ intent }) => intent === sums.intent)
        const worth = sums.intent === null ? 0 : intentWorth[sums.intent as keyof typeof intentWorth]
        const plain = some.reduce((sum, { at }) => sum + 0.4 * Math.exp((-0.1 * (now - at)) / DAY) * worth, 0)
        expect(weightAt(sums, now)).toBeCloseTo(plain, 9)
      }
    }),
  )
})

test('an intent that this version does not know weighs nothing', () => {
  expect(weightAt(addMessage([], { intent: 'barter', inbound: true, at: START, feeling: 0 })[0]!, START)).toBe(0)
})
