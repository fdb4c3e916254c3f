import type { Flow } from '../../schemas/flow.ts'

/** A flow that may run in any shop. */
export const aFlow = {
  initialStepID: 'offer',
  name: 'Win back',
  trigger: { type: 'inactivity', after: 'P90D' },
  entry: 'once',
  goal: { event: 'purchase' },
  steps: [
    {
      id: 'offer',
      type: 'message',
      content: 'Hi {{first_name}}, we miss you: {{discount}} on your next order.',
      language: 'en',
      discount: { type: 'percent', value: 20 },
      events: [{ type: 'default', nextStepID: 'wait' }],
    },
    { id: 'wait', type: 'delay', duration: 'P3D', events: [{ type: 'default', nextStepID: 'remind' }] },
    {
      id: 'remind',
      type: 'message',
      content: 'Hi {{first_name}}, {{discount}} is still waiting for you.',
      language: 'en',
      discount: { type: 'percent', value: 20 },
      events: [{ type: 'default', nextStepID: 'done' }],
    },
    { id: 'done', type: 'end', events: [] },
  ],
} as const satisfies Flow

/** The same with some steps in place of those of the same id. */
export const aFlowWith = (...steps: readonly Flow['steps'][number][]): Flow => ({
  ...aFlow,
  steps: aFlow.steps.map(step => steps.find(({ id }) => id === step.id) ?? step),
})
