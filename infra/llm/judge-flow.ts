import { checkFlow } from '../../models/flow/check-flow.ts'
import { correctFlow } from '../../models/flow/correct-flow.ts'
import { fromFlat } from '../../models/flow/flat/from-flat.ts'
import type { FlowFinding } from '../../models/flow/flow-report.ts'
import type { FlowShop } from '../../models/flow/flow-shop.ts'
import { unsaidIn } from '../../models/flow/said-only.ts'
import type { Flow } from '../../schemas/flow.ts'

/** A flow that may run, and what is told beside it. */
export interface Drafted {
  readonly flow: Flow
  readonly assumptions: readonly string[]
  readonly corrections: readonly string[]
}

/** A flow that has more to be put right is not what anybody meant: it is written again. */
const MOST_PUT_RIGHT = 30

/** What a model wrote, as a flow that may run; or what is wrong with it, for whoever writes it again. What can be put right without asking is. */
export function judgeFlow(
  content: string,
  { description, shop, now }: { readonly description: string; readonly shop: FlowShop; readonly now: number },
): Drafted | { readonly errors: readonly string[] } {
  const answer = jsonIn(content)
  if (answer === undefined) return { errors: ['Answer one JSON object of the schema, and nothing else.'] }
  const { flow: wanted, assumptions, corrections } = fromFlat(answer)
  const report = checkFlow(wanted, shop, { now })
  if (report.flow === undefined) return { errors: errorsOf(report.findings) }
  const unsaid = unsaidIn(report.flow, description).map(({ pointer, message }) => `${pointer}: ${message}`)
  if (unsaid.length > 0) return { errors: [...unsaid, ...errorsOf(report.findings)] }
  if (report.passed) return { flow: report.flow, assumptions, corrections }
  const errors = errorsOf(report.findings)
  if (errors.length > MOST_PUT_RIGHT) return { errors }
  const corrected = correctFlow(report.flow, shop)
  if (!checkFlow(corrected.flow, shop, { now }).passed) return { errors }
  return { flow: corrected.flow, assumptions, corrections: [...corrections, ...corrected.corrections] }
}

/** With how a customer gets there: a counterexample says more than a rule. */
const errorsOf = (findings: readonly FlowFinding[]): string[] =>
  findings
    .filter(({ severity }) => severity === 'error')
    .map(({ pointer, message, timeline = [] }) =>
      [`${pointer}: ${message}`, ...timeline.map(({ step, what }) => `  ${step}: ${what}`)].join('\n'),
    )

/** The object of an answer, without what models put around it; undefined where there is none. */
function jsonIn(content: string): unknown {
  return parsed(content) ?? parsed(content.slice(content.indexOf('{'), content.lastIndexOf('}') + 1))
}

function parsed(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}
