import type { Flow } from '../../schemas/flow.ts'
import { exampleFlow } from '../../serving/flow-document.ts'

const { metadata: _, ...flow } = exampleFlow

/** A flow that may run in any shop. */
export const aFlow = flow satisfies Flow

/** The same with some steps in place of those of the same id. */
export const aFlowWith = (...steps: readonly Flow['steps'][number][]): Flow => ({
  ...aFlow,
  steps: aFlow.steps.map(step => steps.find(({ id }) => id === step.id) ?? step),
})
