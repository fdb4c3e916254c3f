import type { Flow } from '../../schemas/flow.ts'
import { findingsOf, ruleFindings } from './check-flow.ts'
import type { Finding } from './finding.ts'
import type { FlowShop } from './flow-shop.ts'

/** What was changed in a flow, and what became of it. */
export interface CorrectedFlow {
  readonly flow: Flow
  /** Sentences, in the order of the changes. */
  readonly corrections: readonly string[]
}

/** More changes are not made: such a flow is to be written again. */
const MOST = 400

/**
 * A flow with everything mended that can be without knowing what was meant, one change after another, each looking at what the one before left. What
 * it gives passes, or has only findings that nobody but its author can mend; corrected again it stays as it is.
 */
export function correctFlow(flow: Flow, shop: FlowShop): CorrectedFlow {
  const corrections: string[] = []
  let corrected = flow
  while (corrections.length < MOST) {
    const fix = firstFix(ruleFindings(corrected, shop)) ?? firstFix(findingsOf(corrected, shop).findings)
    if (fix === undefined) break
    const { flow: next, correction } = fix()
    corrections.push(correction)
    corrected = next
  }
  return { flow: corrected, corrections }
}

const firstFix = (findings: readonly Finding[]) => findings.find(({ fix }) => fix !== undefined)?.fix
