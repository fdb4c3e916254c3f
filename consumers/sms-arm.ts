import type { Admission, SmsFacts } from './sms-admission.ts'

/** To which group a text's customer belongs when a campaign is judged: those it was to go to, or one of two held out. */
export type SmsArm = 'treated' | 'held_out' | 'held_out_of_all'

/**
 * Undefined for a text that does not come as far as the holdout: those are alike in every group, and belong to none. Whatever keeps back a text behind
 * it (hour, cap, gateway, a STOP the next day) changes nothing: who was to get it is compared with who was not, whoever really did.
 */
export function armOf({ class: kind }: Pick<SmsFacts, 'class'>, admission: Admission): SmsArm | undefined {
  if (kind !== 'marketing') return undefined
  if (admission.verdict !== 'suppress' || admission.reason === 'cap') return 'treated'
  if (admission.reason !== 'holdout') return undefined
  return admission.detail === 'campaign' ? 'held_out' : 'held_out_of_all'
}
