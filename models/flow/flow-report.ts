import type { Flow } from '../../schemas/flow.ts'

/** One moment of what might happen to a customer, for people to read. */
export interface FlowMoment {
  /** ms after entry. */
  readonly after: number
  readonly step: string
  /** `enters`, `waits 3 days`, `replies yes`, `gets "Hi …"` */
  readonly what: string
}

/** Something that is wrong with a flow (`error`), or that its author will want to know (`warning`). */
export interface FlowFinding {
  /** Stable, such as `edge_missing`, `step_unreachable`, `too_many_texts`. */
  readonly code: string
  readonly severity: 'error' | 'warning'
  /** A sentence that names the step and says what to do. */
  readonly message: string
  /** JSON Pointer into the flow. */
  readonly pointer: string
  readonly step?: string
  /** How a customer gets there, where a behaviour is what is wrong. */
  readonly timeline?: readonly FlowMoment[]
  /** Whether `correctFlow` knows what to do about it. */
  readonly fixable: boolean
}

/** What all abstract customers do to a flow, as far as they were followed. */
export interface FlowProperty {
  readonly property:
    | 'ends'
    | 'no_dead_step'
    | 'texts_per_day'
    | 'texts_per_week'
    | 'sends_pass'
    | 'placeholders_filled'
    | 'discount_bound'
  readonly outcome: 'proved' | 'refuted' | 'bound_reached'
  /** `at most 2 texts within a day`, `followed 40,000 situations`: the bound that was shown, or where it was left. */
  readonly detail: string
}

/** What the checker says of a value that is to be a flow. */
export interface FlowReport {
  /** Whether it may run: no finding is an error. */
  readonly passed: boolean
  /** The flow, where the value is one by its schema. */
  readonly flow: Flow | undefined
  readonly findings: readonly FlowFinding[]
  /** Empty where the value is no flow, or its graph is broken. */
  readonly properties: readonly FlowProperty[]
}
