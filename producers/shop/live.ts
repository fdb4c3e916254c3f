import { Random } from '../../models/random.ts'
import type { Inbound } from '../../schemas/events.ts'
import { kindOf, shopCustomer } from './customer.ts'
import type { LiveOptions, StockedShop } from './synthetic-shop.ts'
import { type Step, visitSteps } from './visit.ts'

/** How often one comes by, when their turn comes. */
const returns = { frequent: 1, seasonal: 0.25, 'one-time': 0.1 } as const
const NEW = 0.12
const BUYS = 0.45

interface OpenVisit {
  readonly customerId: string
  readonly steps: Step[]
}

/**
 * The shop from now on. Some visits are open at a time and each next event is the next step of one of them, so that clicks come before
 * their order; what would follow days later follows soon. Ids hold the time, so a shop that was stopped and started does not repeat them.
 */
export async function* live(shop: StockedShop, { clock, eventsPerSecond, signal }: LiveOptions): AsyncGenerator<Inbound> {
  const random = new Random(shop.seed, 'live', clock.now())
  const many = Math.min(2000, Math.max(5, Math.ceil(eventsPerSecond * 2)))
  const open: OpenVisit[] = []
  let [newcomers, count, due] = [0, 0, clock.monotonic()]
  const run = clock.now().toString(36)
  while (signal?.aborted !== true) {
    if (open.length < many) {
      const first = random.chance(NEW) || shop.customers === 0
      open.push(enter(shop, first ? shop.customers + newcomers++ : somebody(shop, random), first, `${run}-${count}`, random))
    }
    const visit = random.pick(open)
    const { event } = visit.steps.shift()!
    if (visit.steps.length === 0) open.splice(open.indexOf(visit), 1)
    due = Math.max(due + 1000 / eventsPerSecond, clock.monotonic() - 1000) // a slow taker is not made up for later than by a second
    if (due > clock.monotonic()) await clock.sleep(due - clock.monotonic(), signal)
    count += 1
    const { customerId } = visit
    yield { id: `${customerId}-${run}-${count}`, customerId, occurredAt: new Date(clock.now()).toISOString(), ...event }
  }
}

function somebody({ customers }: StockedShop, random: Random): number {
  for (;;) {
    const index = random.int(0, customers - 1)
    if (random.chance(returns[kindOf(index)])) return index
  }
}

function enter(
  { seed, catalogue, currency }: StockedShop,
  index: number,
  first: boolean,
  visit: string,
  random: Random,
): OpenVisit {
  const customer = shopCustomer(seed, index, catalogue)
  const orderId = `${customer.customerId}-o${visit}`
  return {
    customerId: customer.customerId,
    steps: visitSteps({ customer, catalogue, random, buys: random.chance(BUYS), first, orderId, currency }),
  }
}
