import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ReceivedTexts } from '../../../infra/stack/smsc/received.ts'
import type { Pdu } from '../../../infra/stack/smsc/smpp.ts'

const part = (message: string, udh?: readonly number[], data_coding = 8): Pdu => ({
  command: 'submit_sm',
  command_status: 0,
  source_addr: '8585',
  destination_addr: '923001234567',
  data_coding,
  registered_delivery: 0,
  short_message: { message, ...(udh === undefined ? {} : { udh: [Buffer.from(udh)] }) },
  response: () => {
    throw new Error('nobody answers here')
  },
})
const short = (reference: number, count: number, at: number) => [0x00, 3, reference, count, at]
const long = (reference: number, count: number, at: number) => [0x08, 4, reference >> 8, reference & 255, count, at]

test('a text of one part is whole at once', () => {
  const received = new ReceivedTexts()
  received.add(part('سلام'), '1', 5)
  expect(received.texts).toEqual([
    { from: '8585', to: '923001234567', text: 'سلام', encoding: 'UCS-2', parts: [4], ids: ['1'], at: 5 },
  ])
})

test('parts of several texts, in whatever order, come together as they were, surrogates split between parts too', () => {
  const texts = ['ab😀cd', 'پہلا دوسرا تیسرا', 'xyz']
  const all = texts.flatMap((text, reference) => {
    const pieces = [text.slice(0, 3), text.slice(3)].filter(piece => piece !== '')
    const header = reference % 2 === 0 ? short : long
    return pieces.map((piece, i) => part(piece, header(reference + 256 * (reference % 2), pieces.length, i + 1)))
  })
  fc.assert(
    fc.property(fc.shuffledSubarray(all, { minLength: all.length }), shuffled => {
      const received = new ReceivedTexts()
      for (const [i, pdu] of shuffled.entries()) received.add(pdu, `${i}`, i)
      expect(received.texts.map(({ text }) => text).sort()).toEqual(texts.toSorted())
      expect(received.pending).toBe(0)
    }),
  )
})

test('of GSM-7 each extended character is two of a part, and one whose escape ends a part is still itself', () => {
  const received = new ReceivedTexts()
  received.add(part('[a]', undefined, 0), '1', 1)
  received.add(part('cost \x1b', short(1, 2, 1), 0), '2', 2)
  received.add(part('e5', short(1, 2, 2), 0), '3', 3)
  expect(received.texts.map(({ text, parts }) => [text, parts])).toEqual([
    ['[a]', [5]],
    ['cost €5', [6, 2]],
  ])
})

test('a text of which a part is missing is not there', () => {
  const received = new ReceivedTexts()
  received.add(part('half', short(1, 2, 1)), '1', 1)
  expect([received.texts, received.pending]).toEqual([[], 1])
})
