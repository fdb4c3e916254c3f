import { describe, expect, test } from 'vitest'
import { unsaidIn } from '../../../models/flow/said-only.ts'
import type { Flow } from '../../../schemas/flow.ts'

const flow = {
  initialStepID: 'a',
  steps: [
    {
      id: 'a',
      type: 'message',
      content: 'See {{link}} or https://shop.example/more. Use {{code}}.',
      link: 'https://www.shop.example/eid/',
      imageUrl: 'https://cdn.example/eid.png',
      contactCard: { name: 'Ada', phone: '+923001234567' },
      discount: { type: 'percent', value: 20, code: 'EID20' },
      events: [{ type: 'default', nextStepID: 'w' }],
    },
    { id: 'w', type: 'webhook', url: 'https://hooks.example/x', events: [{ type: 'default', nextStepID: 'z' }] },
    { id: 'z', type: 'end', events: [] },
  ],
} as const satisfies Flow

describe('what must not be made up', () => {
  test('is refused where the description does not have it: address, number and code', () => {
    expect(unsaidIn(flow, 'Say hello for Eid').map(({ pointer }) => pointer)).toEqual([
      '/steps/0/link',
      '/steps/0/imageUrl',
      '/steps/0/contactCard/phone',
      '/steps/0/content',
      '/steps/0/discount/code',
      '/steps/1/url',
    ])
  })

  test('is fine as it was given, however it was written', () => {
    const said =
      'Link to Shop.example/Eid with CDN.example/eid.png, also https://shop.example/more; code eid20; call 0300 123-4567; then hooks.example/x'
    expect(unsaidIn(flow, said)).toEqual([])
  })

  test('a part of an address is not the address', () => {
    expect(unsaidIn(flow, 'shop.example').map(({ pointer }) => pointer)).toContain('/steps/0/link')
  })
})
