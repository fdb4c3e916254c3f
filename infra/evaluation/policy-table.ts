import type { Estimate } from '../../models/off-policy.ts'
import type { ArmEstimates } from './policy-estimates.ts'

/** The table people read: each arm by each estimator with its 95 % interval, how much the log says of it, and what to be wary of. */
export function policyTable({ reward, decisions, logged, arms }: ArmEstimates): string {
  const head = ['', 'taken', 'IPS', '95 %', 'SNIPS', '95 %', 'DR', '95 %', 'ESS']
  const rows = arms.map(({ arm, taken, ips, snips, dr }) => [
    arm,
    `${taken}`,
    ...[ips, snips, dr].flatMap(one => [figure(one.value), interval(one)]),
    snips.effectiveSampleSize.toFixed(0),
  ])
  const widths = head.map((_, c) => Math.max(...[head, ...rows].map(row => row[c]!.length)))
  const lines = [head, ...rows].map(row =>
    row
      .map((cell, c) => (c === 0 ? cell.padEnd(widths[c]!) : cell.padStart(widths[c]!)))
      .join('  ')
      .trimEnd(),
  )
  const warnings = arms.flatMap(({ arm, snips: { warning } }) => (warning === undefined ? [] : [`${arm}: ${warning}.`]))
  return [
    `${decisions} decisions; as they were made, ${figure(logged)} a decision. Reward: ${reward}.`,
    ...lines,
    ...warnings,
  ].join('\n')
}

const figure = (value: number): string => (Number.isNaN(value) ? '–' : value.toFixed(4))
const interval = ({ low, high }: Estimate): string => (Number.isNaN(low) ? '–' : `${low.toFixed(4)} to ${high.toFixed(4)}`)
