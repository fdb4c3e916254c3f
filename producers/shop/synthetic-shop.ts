import type { Inbound } from '../../schemas/events.ts'
import type { Clock } from '../../streams/clock.ts'
import { type Catalogue, shopCatalogue } from './catalogue.ts'
import { history } from './history.ts'
import { live } from './live.ts'

export interface ShopOptions {
  /** The same seed and options give the same events, byte by byte. */
  readonly seed: number
  readonly customers: number
  /** Epoch ms: the history ends here. */
  readonly until: number
  /** How long it is; a year unless told otherwise. */
  readonly days?: number
  /** How many products; 200 unless told otherwise, 50 at least. */
  readonly products?: number
  /** ISO 4217; prices are those of Pakistan, in rupees, unless told otherwise. */
  readonly currency?: string
}

export interface LiveOptions {
  readonly clock: Clock
  readonly eventsPerSecond: number
  /** Ends the stream. */
  readonly signal?: AbortSignal
}

/** The options with nothing left open, and what follows from them. */
export interface StockedShop extends Required<ShopOptions> {
  readonly from: number
  readonly catalogue: Catalogue
}

/** An invented shop of Pakistan, of any size. */
export interface SyntheticShop {
  /** When the history begins, epoch ms; with `until` it tells how far one is. */
  readonly from: number
  readonly until: number
  /** Everything that happened, in order of time: the catalogue, then customers. Memory is bounded by one day's events. */
  history(): Generator<Inbound>
  /** What happens from now on, as fast as asked and never faster than it is taken; the time of each event is the clock's. */
  live(options: LiveOptions): AsyncGenerator<Inbound>
}

const DAY = 86_400_000

export function syntheticShop(options: ShopOptions): SyntheticShop {
  const { days = 365, products = 200, currency = 'PKR' } = options
  const from = options.until - days * DAY
  const shop: StockedShop = {
    ...options,
    days,
    products,
    currency,
    from,
    catalogue: shopCatalogue(options.seed, Math.max(50, products)),
  }
  return { from, until: shop.until, history: () => history(shop), live: pace => live(shop, pace) }
}
