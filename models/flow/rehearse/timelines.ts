import { draw } from '../run/draw.ts'

/** Something that happened to a customer, or was done for them: a stable word, and a sentence. `at` in epoch ms. */
export interface Moment {
  readonly at: number
  readonly what: string
  readonly says: string
}

/** A moment as it comes: of a purchase with its order, for lines of one order may come one by one. */
export interface Told extends Moment {
  readonly order?: { readonly id: string; readonly amount: number; readonly says: (amount: number) => string } | undefined
}

export interface Timeline {
  readonly customerId: string
  readonly moments: readonly Moment[]
  /** So many more there were. */
  readonly left: number
}

/** Of one customer so many are told. */
const MOMENTS = 60

/**
 * What happened to a few customers, from their entry on: those whom a draw puts first among all who entered, so the same ones each time. Who is pushed out
 * by somebody later never comes back, so each timeline is whole from its beginning.
 */
export class Timelines {
  private readonly most: number
  private readonly salt: string
  private kept: { readonly customerId: string; readonly drawn: number; readonly moments: Told[]; left: number }[] = []

  constructor(most: number, salt: string) {
    this.most = most
    this.salt = salt
  }

  /** Whether a customer who enters is told of, from now on. */
  enter(customerId: string): boolean {
    if (this.has(customerId)) return true
    const drawn = draw('timeline', this.salt, customerId)
    if (this.kept.length === this.most && drawn >= this.kept.at(-1)!.drawn) return false
    this.kept = [...this.kept, { customerId, drawn, moments: [], left: 0 }].sort((a, b) => a.drawn - b.drawn).slice(0, this.most)
    return true
  }

  has(customerId: string): boolean {
    return this.kept.some(one => one.customerId === customerId)
  }

  add(customerId: string, moment: Told): void {
    const timeline = this.kept.find(one => one.customerId === customerId)
    if (timeline === undefined) return
    const { moments } = timeline
    const whole = wholeOrder(moments.at(-1), moment)
    if (whole !== undefined) moments[moments.length - 1] = whole
    else if (moments.length < MOMENTS) moments.push(moment)
    else timeline.left++
  }

  /** In the order in which they begin. */
  all(): readonly Timeline[] {
    return this.kept
      .map(({ customerId, moments, left }) => ({ customerId, moments: moments.map(bare).sort((a, b) => a.at - b.at), left }))
      .sort((a, b) => (a.moments[0]?.at ?? 0) - (b.moments[0]?.at ?? 0))
  }
}

const bare = ({ at, what, says }: Told): Moment => ({ at, what, says })

/** Two lines of one order as one moment; undefined where they are none. */
function wholeOrder(last: Told | undefined, next: Told): Told | undefined {
  if (last?.order === undefined || next.order === undefined || last.order.id !== next.order.id || last.at !== next.at)
    return undefined
  const amount = last.order.amount + next.order.amount
  return { ...next, says: next.order.says(amount), order: { ...next.order, amount } }
}
