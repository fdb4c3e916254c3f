import type { FlowShop } from '../../models/flow/flow-shop.ts'
import { segments } from '../../models/segments.ts'

/** A shop in Karachi as flows are checked for it. */
export const flowShop: FlowShop = {
  segments: [...segments],
  currency: 'PKR',
  quiet: { from: 21 * 60, to: 9 * 60 },
  caps: [{ text: '3/day', most: 3, span: 'day' }],
  zone: 'Asia/Karachi',
  linkHosts: ['shop.example', '*.shop.example'],
  webhookHosts: ['hooks.shop.example', '10.0.0.7', 'localhost', '*.internal'],
  maxDiscountPercent: 40,
  maxDiscountAmount: 3000,
  maxTexts: { perDay: 2, perWeek: 5 },
  name: 'Chai Ghar',
}
