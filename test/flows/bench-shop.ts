import type { FlowShop } from '../../models/flow/flow-shop.ts'
import { readQuietHours } from '../../models/quiet-hours.ts'
import { segments } from '../../models/segments.ts'
import { readCaps } from '../../models/sms-caps.ts'

/** The shop that briefs.jsonl is written for. */
export const benchShop: FlowShop = {
  segments,
  currency: 'PKR',
  quiet: readQuietHours('21:00-09:00'),
  caps: readCaps('2/day, 5/7d')!,
  zone: 'Asia/Karachi',
  linkHosts: ['shop.example'],
  webhookHosts: ['hooks.shop.example'],
  maxDiscountPercent: 50,
  maxDiscountAmount: 5000,
  maxTexts: { perDay: 2, perWeek: 4 },
  name: 'Bazaar',
}

/** When a brief is read: a date without a year is the next one. */
export const READ_AT = Date.UTC(2026, 10, 22)
