import type { CampaignCost } from './sms-cost.ts'

/** A campaign's cost as a person reads it. */
export function costTable({ segment, audience, queued, waiting, suppressed, texts, parts, ...money }: CampaignCost): string {
  const reasons = Object.entries(suppressed)
  const kept = reasons.reduce((sum, [, count]) => sum + count, 0)
  const later = waiting === 0 ? '' : `  ${number(waiting)} of them after quiet hours`
  const each = money.pricePerPart === null ? '' : ` at ${money.currency} ${money.pricePerPart}`
  const total = money.cost === null ? 'no price is known: set TARANG_SMS_PRICE' : `${money.currency} ${money.cost}`
  return [
    line('audience', audience, segment === null ? '' : `  ${segment}`),
    line('queued', queued, later),
    line('suppressed', kept),
    ...reasons.map(([reason, count]) => line(`  ${reason}`, count)),
    line('parts', parts, `${each}  ${total}`),
    ...texts.map(one =>
      line(
        `  ${one.language}, ${one.encoding}, ${one.parts}`,
        one.texts,
        one.parts === 1 ? ' × 1 part' : ` × ${one.parts} parts`,
      ),
    ),
  ].join('\n')
}

const number = (count: number): string => count.toLocaleString('en-US')
const line = (name: string, count: number, more = ''): string => `${name.padEnd(28)}${number(count).padStart(12)}${more}`
