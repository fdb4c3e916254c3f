import type { FlowShop } from '../models/flow/flow-shop.ts'
import { segments } from '../models/segments.ts'
import type { Config } from './config.ts'

/** What decides which flows may run here, as it is set. The segments are those that customers are put into, which no setting changes. */
export const flowShop = ({ shop, smsRules, links, flows, texts }: FlowShopConfig): FlowShop => ({
  segments,
  currency: shop.currency,
  quiet: smsRules.quiet,
  caps: smsRules.caps,
  zone: smsRules.zone,
  linkHosts: links.hosts ?? [],
  webhookHosts: flows.webhookHosts,
  webhooksMayBePrivate: flows.webhooksMayBePrivate,
  maxDiscountPercent: flows.maxDiscount.percent,
  maxDiscountAmount: flows.maxDiscount.amount,
  maxTexts: flows.maxTexts,
  name: texts.shop,
})

export type FlowShopConfig = Pick<Config, 'shop' | 'smsRules' | 'links' | 'flows' | 'texts'>
