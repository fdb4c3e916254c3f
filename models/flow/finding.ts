import type { Flow } from '../../schemas/flow.ts'
import { type FlowCode, flowCodes } from './flow-codes.ts'
import type { FlowFinding, FlowMoment } from './flow-report.ts'

/** A change that makes a finding go away, and a sentence that says what was changed. */
export interface FlowFix {
  readonly flow: Flow
  readonly correction: string
}

/** A finding as rules tell it: with the fix itself, where there is a mechanical one. */
export interface Finding {
  readonly code: FlowCode
  readonly message: string
  /** JSON Pointer into the flow. */
  readonly pointer: string
  readonly step?: string | undefined
  readonly timeline?: readonly FlowMoment[] | undefined
  /** Of the flow that was looked at. */
  readonly fix?: (() => FlowFix) | undefined
}

/** A finding as others read it. */
export const reported = ({ code, message, pointer, step, timeline, fix }: Finding): FlowFinding => ({
  code,
  severity: flowCodes[code][0],
  message,
  pointer,
  ...(step === undefined ? {} : { step }),
  ...(timeline === undefined ? {} : { timeline }),
  fixable: fix !== undefined,
})

/** A flow with a step changed, put in the place of the one at an index; `undefined` takes it out. */
export function withStep(flow: Flow, index: number, step: Flow['steps'][number] | undefined): Flow {
  return { ...flow, steps: flow.steps.flatMap((other, i) => (i !== index ? [other] : step === undefined ? [] : [step])) }
}
