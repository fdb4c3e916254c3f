import { spanText } from '../../models/flow/flow-duration.ts'
import type { FlowReport } from '../../models/flow/flow-report.ts'

/** What a checker says as a person reads it: what is wrong with how a customer gets there, then what was shown. */
export function flowFindings({ passed, findings, properties }: Omit<FlowReport, 'flow'>): string {
  const told = findings.flatMap(({ severity, code, message, timeline = [], fixable }) => [
    `${severity === 'error' ? '✗' : '!'} ${message} (${code}${fixable ? ', can be put right' : ''})`,
    ...timeline.map(({ after, step, what }) => `    ${after === 0 ? 'at once' : `after ${spanText(after)}`}  ${step}: ${what}`),
  ])
  const shown = properties.map(({ property, outcome, detail }) => `${MARKS[outcome]} ${property.replaceAll('_', ' ')}: ${detail}`)
  return [passed ? 'The flow may run.' : 'The flow may not run.', ...told, ...shown].join('\n')
}

const MARKS = { proved: '✓', refuted: '✗', bound_reached: '?' } as const
