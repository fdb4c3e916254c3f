import type { HistoryRecord, RehearsalPlan } from '../../consumers/rehearsal.ts'
import type { RehearsalReport } from '../../models/flow/rehearse/rehearsal-report.ts'

/** What the worker is told: the plan, then pages of history, then that there is no more. */
export type RehearseRequest =
  | { readonly type: 'begin'; readonly plan: Omit<RehearsalPlan, 'onSend'> }
  | { readonly type: 'records'; readonly records: readonly HistoryRecord[] }
  | { readonly type: 'end' }

/** What it answers: that a page is taken, and the report. */
export type RehearseAnswer = { readonly type: 'taken' } | { readonly type: 'done'; readonly report: RehearsalReport }
