import type { Flow } from '../../schemas/flow.ts'

/** Writes to who has bought nothing for 60 days, and once more; whoever buys leaves. */
export const winBack: Flow = {
  initialStepID: 'miss',
  trigger: { type: 'inactivity', after: 'P60D' },
  entry: 'per_window',
  entryWindow: 'P30D',
  goal: { event: 'purchase' },
  steps: [
    {
      id: 'miss',
      type: 'message',
      content: 'We miss you. {{discount}}: {{link}}',
      link: 'https://shop.example/back',
      discount: { type: 'percent', value: 20 },
      events: [{ type: 'default', nextStepID: 'wait' }],
    },
    { id: 'wait', type: 'delay', duration: 'P3D', events: [{ type: 'default', nextStepID: 'still' }] },
    { id: 'still', type: 'message', content: 'Your discount is still there.', events: [{ type: 'default', nextStepID: 'end' }] },
    { id: 'end', type: 'end', events: [] },
  ],
}
