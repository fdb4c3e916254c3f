import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { type PurchaseDays, purchaseDays } from '../../models/analytics/value/purchase-days.ts'
import { sharedData } from './shared-data.ts'

const DAY = 86_400_000

export const dayOf = (date: string): number => Date.parse(date) / DAY

/** CDNOW's purchases until a day, amounts in dollars; all rows, those of value 0 too. */
export function cdnowDays(until = '1997-09-30'): PurchaseDays {
  const [, ...lines] = gunzipSync(readFileSync(sharedData('cdnow.csv.gz')))
    .toString()
    .trim()
    .split('\n')
  const rows = lines.map(line => line.split(','))
  const codes = new Map<string, number>()
  const customer = Int32Array.from(rows, ([, id]) => codes.get(id!) ?? codes.set(id!, codes.size).size - 1)
  const day = Int32Array.from(rows, ([, , date]) => dayOf(date!))
  const amount = Float64Array.from(rows, ([, , , , value]) => Number(value))
  return purchaseDays({ customer, day, amount }, codes.size, dayOf(until))
}
