import type { Random } from '../../models/random.ts'
import type { Inbound, Line } from '../../schemas/events.ts'
import type { Catalogue } from './catalogue.ts'
import type { ShopCustomer } from './customer.ts'
import { answer, complaint, confirmation, filled, offer, praise, question } from './phrases.ts'

type Undated<E> = E extends Inbound ? Omit<E, 'id' | 'customerId' | 'occurredAt'> : never
/** One thing that happens on a visit or because of it, `after` ms after the one before. */
export interface Step {
  readonly after: number
  readonly event: Undated<Exclude<Inbound, { type: 'product' }>>
}

export interface VisitOptions {
  readonly customer: ShopCustomer
  readonly catalogue: Catalogue
  readonly random: Random
  readonly buys: boolean
  /** Their first one: it begins with who they are and what they agree to. */
  readonly first: boolean
  readonly orderId: string
  readonly currency: string
}

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** A visit from the first click, or the text that brought it about, to what follows an order days later. All else takes under an hour. */
export function visitSteps(options: VisitOptions): Step[] {
  const { customer, buys, first, random } = options
  const basket = chooseBasket(options)
  return [
    ...(first ? signUp(customer) : customer.consents && random.chance(0.15) ? [advertise(options)] : []),
    ...browse(options, basket),
    ...(buys ? order(options, basket) : leave(options, basket)),
  ]
}

function signUp({ traits, consents }: ShopCustomer): Step[] {
  const state = consents ? 'granted' : 'revoked'
  return [
    { after: 0, event: { type: 'profile', traits } },
    { after: 5 * SECOND, event: { type: 'consent', channel: 'sms', state, source: 'sign-up' } },
  ]
}

const message = (direction: 'in' | 'out', text: string, campaignId?: string): Step['event'] => ({
  type: 'message',
  direction,
  channel: 'sms',
  text,
  ...(campaignId === undefined ? {} : { campaignId }),
})

const advertise = ({ customer, random }: VisitOptions): Step => {
  const [category] = customer.favourites
  const text = filled(random.pick(offer[customer.language]), { name: customer.traits.firstName ?? '', category })
  return { after: 0, event: message('out', text, `${category}-sale`) }
}

const clicked = (after: number, kind: 'view' | 'cart_add' | 'cart_remove' | 'wishlist', productId: string): Step => ({
  after,
  event: { type: 'click', kind, productId },
})

/** Looks at what will be in the basket and at some things that will not. */
function browse({ customer, catalogue, random }: VisitOptions, basket: readonly number[]): Step[] {
  const steps: Step[] = []
  const pause = () => random.int(10, 60) * SECOND
  const { products } = catalogue
  if (random.chance(0.3)) {
    const words = products[basket[0]!]!.name.toLowerCase()
    steps.push({ after: pause(), event: { type: 'click', kind: 'search', query: words.slice(words.indexOf(' ') + 1) } })
  }
  for (const place of basket) {
    if (random.chance(0.5)) steps.push(clicked(pause(), 'view', products[chooseProduct(customer, catalogue, random)]!.productId))
    steps.push(clicked(pause(), 'view', products[place]!.productId))
    steps.push(clicked(pause(), 'cart_add', products[place]!.productId))
  }
  return steps
}

function leave({ catalogue, random }: VisitOptions, basket: readonly number[]): Step[] {
  const left = catalogue.products[basket[0]!]!.productId
  return random.chance(0.5) ? [clicked(20 * SECOND, random.chance(0.5) ? 'cart_remove' : 'wishlist', left)] : []
}

function order({ customer, catalogue, random, orderId, currency }: VisitOptions, basket: readonly number[]): Step[] {
  const lines = basket.map((place): Line => {
    const { productId, price, category } = catalogue.products[place]!
    return { productId, quantity: category === 'grocery' ? random.int(1, 4) : 1, unitPrice: `${price}.00` }
  })
  const gaps = { name: customer.traits.firstName ?? '', order: orderId, item: catalogue.products[basket[0]!]!.name }
  const says = (direction: 'in' | 'out', phrases: typeof praise) =>
    message(direction, filled(random.pick(phrases[customer.language]), gaps))
  const steps: Step[] = [
    { after: random.int(30, 120) * SECOND, event: { type: 'purchase', orderId, currency, lines } },
    { after: 2 * MINUTE, event: says('out', confirmation) },
  ]
  const mood = random.float()
  if (mood < 0.2) steps.push({ after: random.int(2, 72) * HOUR, event: says('in', praise) })
  else if (mood < 0.3)
    steps.push(
      { after: random.int(1, 24) * HOUR, event: says('in', question) },
      { after: random.int(5, 90) * MINUTE, event: says('out', answer) },
    )
  else if (mood < 0.36) {
    steps.push(
      { after: random.int(24, 96) * HOUR, event: says('in', complaint) },
      { after: random.int(5, 90) * MINUTE, event: says('out', answer) },
    )
    const back = [random.pick(lines)]
    if (random.chance(0.7))
      steps.push({
        after: random.int(1, 5) * DAY,
        event: { type: 'refund', orderId: `${orderId}-r`, refundOf: orderId, currency, lines: back },
      })
  }
  return steps
}

/** One to four different products: something they always buy, or something new, and often what goes with it. */
function chooseBasket({ customer, catalogue, random }: VisitOptions): number[] {
  const anchor = random.chance(0.35) ? random.pick(customer.staples) : chooseProduct(customer, catalogue, random)
  const basket = new Set([anchor])
  const { companions } = catalogue.products[anchor]!
  if (companions.length > 0 && random.chance(0.6)) basket.add(random.pick(companions))
  if (companions.length > 0 && random.chance(0.25)) basket.add(random.pick(companions))
  if (random.chance(0.2)) basket.add(chooseProduct(customer, catalogue, random))
  return [...basket]
}

/** By taste: the favourite category in six of ten, the second in three; within one, the popular products more often. */
function chooseProduct({ favourites }: ShopCustomer, { categories, inCategory }: Catalogue, random: Random): number {
  const mood = random.float()
  const places = inCategory.get(mood < 0.6 ? favourites[0] : mood < 0.9 ? favourites[1] : random.pick(categories))!
  return places[Math.floor(places.length * random.float() * random.float())]!
}
