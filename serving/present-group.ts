import { formatMoney } from '../models/money.ts'
import type { Interval } from '../models/uplift/interval.ts'
import type { GroupResults } from './ports/campaign-results.ts'

export const presentGroup = ({ customers, buyers, revenue, texts, sent, delivered, unknown, ...group }: GroupResults) => ({
  customers,
  open: group.open,
  texts: { asked: texts, sent, delivered, unknown },
  clicks: group.clicks,
  clicked: group.clicked,
  bought: buyers,
  conversion: customers === 0 ? null : buyers / customers,
  orders: group.orders,
  revenue: formatMoney(revenue),
  revenuePerCustomer: customers === 0 ? null : cents(Number(revenue) / customers),
})

export const inMoney = ({ difference, low, high }: Interval) => ({
  difference: cents(difference),
  low: cents(low),
  high: cents(high),
})

/** More than two decimals say nothing of a mean. */
const cents = (units: number): string => formatMoney(Math.round(units / 100) * 100 || 0)
