import { phoneHasher } from '../models/phone-hash.ts'
import { syntheticShop } from '../producers/shop/synthetic-shop.ts'
import { smsRequest } from '../producers/sms-request.ts'
import type { Inbound } from '../schemas/events.ts'
import { routeEvent } from '../schemas/route-event.ts'
import type { Outbound, Publish } from '../streams/outbound.ts'
import type { Tarang } from './compose.ts'
import type { Config } from './config.ts'

const SEED = 7
const CUSTOMERS = 800
const EVENTS_PER_SECOND = 25
const BATCH = 1000
/** One text for about so many purchases. */
const TEXT_EVERY = 4
const thanks = [
  'Shukriya! Aap ka order mil gaya hai. Jald hi aap tak pohanch jaye ga.',
  'شکریہ! آپ کا آرڈر موصول ہو گیا ہے۔ جلد آپ تک پہنچ جائے گا۔',
  'Thank you! Your order is confirmed and on its way to you.',
] as const

/** What `npm start` shows: an invented shop with a year behind it, whose customers then come by for as long as the signal lets them. */
export async function runDemo({ publish, sql, engine }: Tarang, config: Config, signal: AbortSignal): Promise<void> {
  const { clock } = engine
  const shop = syntheticShop({ seed: SEED, customers: CUSTOMERS, until: clock.now(), currency: config.shop.currency })
  const [known] = await sql.query('SELECT 1 FROM customers LIMIT 1')
  if (known === undefined) await publishAll(shop.history(), publish, signal)
  let purchases = 0
  for await (const event of shop.live({ clock, eventsPerSecond: EVENTS_PER_SECOND, signal })) {
    await publish([routeEvent(event)])
    if (event.type === 'purchase' && ++purchases % TEXT_EVERY === 0)
      await publish([thankYou(event, purchases, config, clock.now())])
  }
}

async function publishAll(events: Iterable<Inbound>, publish: Publish, signal: AbortSignal): Promise<void> {
  let batch: Outbound[] = []
  for (const event of events) {
    if (signal.aborted) return
    batch.push(routeEvent(event))
    if (batch.length < BATCH) continue
    await publish(batch)
    batch = []
  }
  if (batch.length > 0) await publish(batch)
}

/** A confirmation in one of three scripts: transactional, as it answers an order. */
function thankYou(
  { id, customerId }: Extract<Inbound, { type: 'purchase' }>,
  n: number,
  { shop }: Config,
  now: number,
): Outbound {
  const body = {
    id: `thanks-${id}`.slice(0, 128),
    customerId,
    text: thanks[Math.floor(n / TEXT_EVERY) % thanks.length],
    class: 'transactional',
  }
  const read = smsRequest(body, { ...shop, now }, phoneHasher('unused: the text is for a customer'))
  if ('refusal' in read) throw new Error(`the demo's own text was refused: ${read.refusal.message}`)
  return read.outbound
}
