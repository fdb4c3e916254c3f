import type { Flow } from '../../../schemas/flow.ts'
import { sends } from '../edge-forms.ts'
import type { Finding } from '../finding.ts'
import { DAY, durationMs, spanText } from '../flow-duration.ts'
import type { Passage } from './passage.ts'

const TEN_YEARS = 3660 * DAY

/**
 * Stays that nobody will have meant: of more than ten years, and such that a customer enters again before the one before is over, when texts of both
 * come together.
 *
 * @param longest ms; infinite where limits were too large to be counted, or instants are waited for
 */
export function longStays(flow: Flow, longest: number, passages: readonly (readonly Passage[])[]): Finding[] {
  if (passages.flat().some(({ instant }) => instant !== undefined)) return []
  if (longest > TEN_YEARS) {
    const message = 'Customers may stay in the flow for more than ten years: lower its limits or shorten its waits.'
    return [{ code: 'stay_without_end', message, pointer: '' }]
  }
  const { entry, entryWindow } = flow
  if (entry !== 'per_window' || entryWindow === undefined || durationMs(entryWindow) >= longest || !flow.steps.some(sends))
    return []
  const message = `Customers may enter again after ${spanText(durationMs(entryWindow))} and stay for up to ${spanText(longest)}: texts of two stays may come together. Make "entryWindow" longer.`
  return [{ code: 'entry_window_short', message, pointer: '/entryWindow' }]
}
