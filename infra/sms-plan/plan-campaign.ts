import { type PlannedTexts, SmsPlan, type SmsPlanned } from '../../consumers/sms-plan.ts'
import { placesOf } from '../../models/templates/template.ts'
import { type AudienceOptions, audience } from './audience.ts'

export type PlanOptions = Omit<AudienceOptions, 'withProducts'> & {
  readonly texts: PlannedTexts
  /** Told after each page how many were looked at. */
  readonly onPage?: (customers: number) => void
}

/** What texts to a segment, or to everybody, would come to now: read page by page, with nothing written. */
export async function planCampaign({ texts, onPage, ...options }: PlanOptions): Promise<SmsPlanned> {
  const plan = new SmsPlan(options.rules, texts)
  const places = new Set(Object.values(texts.templates).flatMap(placesOf))
  const withProducts = ['product', 'product_2', 'product_3', 'price'].some(place => places.has(place as never))
  let customers = 0
  for await (const page of audience({ ...options, withProducts })) {
    for (const addressee of page) plan.add(addressee)
    customers += page.length
    onPage?.(customers)
  }
  return plan.result()
}
