import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SmsGateway, Submission } from '../../consumers/sms-gateway.ts'
import { systemClock as clock } from '../../streams/clock.ts'

/** What the far end does with texts to these numbers, each having read it whole. */
export const farEnd = {
  take: '+923001234560',
  refuse: '+923001234561',
  throttle: '+923001234562',
  /** It takes the text, and its answer never comes. */
  lose: '+923001234563',
} as const

/** An adapter with a far end that really is reached, as `farEnd` says. */
export interface GatewayHarness {
  readonly gateway: SmsGateway
  /** What the far end took, each as often as it did. */
  taken(): Promise<readonly { readonly reference: string; readonly text: string }[]>
  close(): Promise<void>
}

export interface GatewayTraits {
  readonly name: string
  /** The far end knows no such answer. */
  readonly lacks?: readonly (keyof typeof farEnd)[]
  /** The far end is told no text, so cannot tell one. */
  readonly textless?: boolean
}

/** The promises every `SmsGateway` keeps (consumers/sms-gateway.ts). */
export function gatewayContract(
  { name, lacks = [], textless = false }: GatewayTraits,
  open: () => Promise<GatewayHarness>,
): void {
  describe(name, () => {
    let harness: GatewayHarness
    beforeAll(async () => {
      harness = await open()
    })
    afterAll(() => harness?.close())
    const send = (to: string, reference: string, more: Partial<Submission> = {}) =>
      harness.gateway.send({ reference, to, text: 'Sale!', deadline: Number.POSITIVE_INFINITY, ...more })
    const times = async (reference: string) => (await harness.taken()).filter(text => text.reference === reference).length

    test('what it took is taken once, and has an id', async () => {
      const answer = await send(farEnd.take, 'taken')
      expect(answer).toEqual({ outcome: 'submitted', gatewayId: expect.stringMatching(/./) })
      expect(await times('taken')).toBe(1)
    })

    if (!textless)
      test('a text arrives letter for letter', async () => {
        const text = 'چائے & "£5" 50% +1\n🎉 ≠ [x]{y}'
        await send(farEnd.take, 'letters', { text })
        expect((await harness.taken()).find(({ reference }) => reference === 'letters')?.text).toBe(text)
      })

    test('a refusal is final, names neither number nor text, and nothing was taken', async () => {
      const answer = await send(farEnd.refuse, 'refused')
      expect(answer).toEqual({ outcome: 'rejected', detail: expect.stringMatching(/^[^\p{Cc}]{1,200}$/u) })
      expect(JSON.stringify(answer)).not.toMatch(/3001234561|Sale/)
      expect(await times('refused')).toBe(0)
    })

    if (!lacks.includes('throttle'))
      test('"too many" is not a refusal, and nothing was taken', async () => {
        expect(await send(farEnd.throttle, 'throttled')).toMatchObject({ outcome: 'throttled' })
        expect(await times('throttled')).toBe(0)
      })

    test('an answer that is lost leaves open whether it took the text, and nothing is sent again', async () => {
      expect(await send(farEnd.lose, 'lost')).toMatchObject({ outcome: 'unknown' })
      await clock.sleep(200)
      expect(await times('lost')).toBe(1)
    })

    test('past the deadline nothing is written, and nobody may try again under that claim', async () => {
      expect(await send(farEnd.take, 'late', { deadline: clock.monotonic() - 1 })).toMatchObject({ outcome: 'unknown' })
      expect(await times('late')).toBe(0)
    })

    test('fifty at once are fifty texts, each answered for itself', async () => {
      const all = Array.from({ length: 50 }, (_, i) => `many${i}`)
      const answers = await Promise.all(all.map(reference => send(farEnd.take, reference)))
      expect(new Set(answers.map(answer => (answer.outcome === 'submitted' ? answer.gatewayId : answer))).size).toBe(50)
      const references = (await harness.taken()).map(({ reference }) => reference).filter(one => one.startsWith('many'))
      expect(references.toSorted()).toEqual(all.toSorted())
    })

    test('one that can be asked knows what it took, also where its answer was lost, and what it never saw', async () => {
      const { find } = harness.gateway.capabilities
      const sought = ['taken', 'lost', 'never-seen'].map(reference => find?.({ reference, gatewayId: undefined }))
      const statuses = (await Promise.all(sought)).map(finding => finding?.status)
      expect(statuses).toEqual(find === undefined ? [undefined, undefined, undefined] : ['submitted', 'submitted', 'absent'])
    })

    test('one that recognises repetitions takes a lost text once, and says so the second time', async () => {
      if (!harness.gateway.capabilities.recognises) return
      expect(await send(farEnd.lose, 'again')).toMatchObject({ outcome: 'unknown' })
      expect(await send(farEnd.lose, 'again')).toMatchObject({ outcome: 'submitted' })
      expect(await times('again')).toBe(1)
    })
  })
}
