import Type from 'typebox'
import type { FlowReport } from '../models/flow/flow-report.ts'

const Moment = Type.Object({
  after: Type.Number({ description: 'ms after the customer entered' }),
  step: Type.String(),
  what: Type.String(),
})
const Finding = Type.Object(
  {
    code: Type.String({ description: 'Stable' }),
    severity: Type.Enum(['error', 'warning']),
    message: Type.String(),
    pointer: Type.String({ description: 'JSON Pointer into the flow' }),
    step: Type.Optional(Type.String()),
    timeline: Type.Optional(Type.Array(Moment, { description: 'How a customer gets there' })),
    fixable: Type.Boolean(),
  },
  { title: 'FlowFinding' },
)
const Property = Type.Object(
  { property: Type.String(), outcome: Type.Enum(['proved', 'refuted', 'bound_reached']), detail: Type.String() },
  { title: 'FlowProperty' },
)
export const FlowReportView = Type.Object(
  {
    passed: Type.Boolean({ description: 'Whether it may run: no finding is an error.' }),
    findings: Type.Array(Finding),
    properties: Type.Array(Property),
  },
  { title: 'FlowReport' },
)

export const presentReport = ({ passed, findings, properties }: Omit<FlowReport, 'flow'>) => ({
  passed,
  findings: findings.map(({ timeline, ...finding }) => ({ ...finding, ...(timeline && { timeline: [...timeline] }) })),
  properties: [...properties],
})
