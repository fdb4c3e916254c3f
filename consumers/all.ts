import type { TextModels } from '../models/text-models.ts'
import type { Shop } from '../schemas/shop.ts'
import { type AnyFold, type AnyScorer, anyFold, anyScorer } from '../streams/processor.ts'
import { allocator } from './allocator.ts'
import { customers } from './customers.ts'
import { flows } from './flows.ts'
import { intakes } from './intake.ts'
import { items } from './items.ts'
import { ranking } from './ranking.ts'
import { scorer } from './scorer.ts'
import { sms } from './sms.ts'
import { webhooks } from './webhooks.ts'

/**
 * Every processor, in the order in which an event meets them. Each reads one topic and says what it says on others; none calls another.
 *
 * - `intake-…`  what shops publish → `events`, `item-events`
 * - `customers` `events` → a customer's facts; word of every change
 * - `ranking`   `rfm-deltas` → where the quintiles lie
 * - `items`     `item-events` → what a product is, how it trends, what goes with it
 * - `scorer`    `customer-changes` → `recommendations`
 * - `flows`     `customer-changes` → what campaigns do to each customer: `sms-requests`, `flow-calls`, timers
 * - `allocator` `flow-asks` → who may pass limits that a campaign's customers share
 * - `sms`       `sms-requests` → the ledger that the dispatcher works from (sms-dispatcher.ts)
 * - `webhooks`  `flow-calls` → the ledger that calls are made from (webhook-dispatcher.ts)
 */
export const processors = (shop: Omit<Shop, 'now'>, texts: TextModels): readonly (AnyFold | AnyScorer)[] => [
  ...intakes(shop).map(intake => anyFold(intake)),
  anyFold(customers(texts)),
  anyFold(ranking),
  anyFold(items),
  anyScorer(scorer),
  anyFold(flows),
  anyFold(allocator),
  anyFold(sms),
  anyFold(webhooks),
]
