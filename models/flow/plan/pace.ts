import { DAY, durationMs, durationOf, WEEK } from '../flow-duration.ts'
import type { FlowShop } from '../flow-shop.ts'
import type { Part, Remarks } from './outline.ts'

/** Ways through a flow that are told apart; of more, those whose last texts are the same count once. */
const MOST_WAYS = 64

/** When texts went on one way, in ms after entry, and what time it is now. */
interface Way {
  readonly now: number
  readonly sent: readonly number[]
}

/**
 * Parts with further waits where a customer could get more texts within a day or a week than the shop allows. Every way through the flow is
 * followed at its fastest: answers come at once, waits take as long as they say.
 */
export function pace(parts: readonly Part[], shop: FlowShop, { corrections }: Remarks): Part[] {
  const paced = new Pacing(shop.maxTexts)
  const result = paced.all(parts, [{ now: 0, sent: [] }])
  if (paced.waited)
    corrections.push(
      `More than ${shop.maxTexts.perDay} texts a day or ${shop.maxTexts.perWeek} a week cannot be: waits were added between them.`,
    )
  return result.parts
}

interface Paced {
  readonly parts: Part[]
  readonly ways: readonly Way[]
}

class Pacing {
  waited = false
  readonly #perDay: number
  readonly #perWeek: number

  constructor({ perDay, perWeek }: FlowShop['maxTexts']) {
    this.#perDay = Math.max(1, perDay)
    this.#perWeek = Math.max(1, perWeek)
  }

  all(parts: readonly Part[], ways: readonly Way[]): Paced {
    const done: Part[] = []
    let current = ways
    for (const part of parts) {
      const { parts: more, ways: next } = this.#one(part, current)
      done.push(...more)
      current = next
    }
    return { parts: done, ways: current }
  }

  #one(part: Part, ways: readonly Way[]): Paced {
    switch (part.kind) {
      case 'wait':
        return { parts: [part], ways: later(ways, durationMs(part.duration)) }
      case 'text':
        return this.#text(part, ways)
      case 'product_choice':
      case 'purchase_offer': {
        const { before, sent } = this.#send(ways)
        const taken = this.all(part.taken, sent)
        const silent = this.all(part.silent, later(sent, durationMs(part.after)))
        return {
          parts: [...before, { ...part, taken: taken.parts, silent: silent.parts }],
          ways: merged(taken.ways, silent.ways),
        }
      }
      case 'purchase': {
        const bought = this.all(part.bought, ways)
        const silent = this.all(part.silent, later(ways, durationMs(part.after)))
        return { parts: [{ ...part, bought: bought.parts, silent: silent.parts }], ways: merged(bought.ways, silent.ways) }
      }
      case 'split': {
        const [match, otherwise] = [this.all(part.match, ways), this.all(part.otherwise, ways)]
        return { parts: [{ ...part, match: match.parts, otherwise: otherwise.parts }], ways: merged(match.ways, otherwise.ways) }
      }
      case 'experiment': {
        const arms = part.variants.map(variant => this.all(variant.parts, ways))
        return {
          parts: [{ ...part, variants: part.variants.map((variant, at) => ({ ...variant, parts: arms[at]!.parts })) }],
          ways: merged(...arms.map(arm => arm.ways)),
        }
      }
      case 'repeat':
        return this.#repeat(part, ways)
      default:
        return { parts: [part], ways }
    }
  }

  #text(part: Part & { kind: 'text' }, ways: readonly Way[]): Paced {
    const { before, sent } = this.#send(ways)
    if (part.replies.length === 0 && part.clicked === undefined && part.silent === undefined)
      return { parts: [...before, part], ways: sent }
    const replies = part.replies.map(reply => ({ reply, paced: this.all(reply.parts, sent) }))
    const clicked = part.clicked === undefined ? undefined : this.all(part.clicked, sent)
    const silence = later(sent, durationMs(part.silent?.after ?? 'P2D'))
    const silent = part.silent === undefined ? undefined : this.all(part.silent.parts, silence)
    return {
      parts: [
        ...before,
        {
          ...part,
          replies: replies.map(({ reply, paced }) => ({ ...reply, parts: paced.parts })),
          ...(clicked === undefined ? {} : { clicked: clicked.parts }),
          ...(silent === undefined ? {} : { silent: { ...part.silent!, parts: silent.parts } }),
        },
      ],
      ways: merged(...replies.map(({ paced }) => paced.ways), clicked?.ways ?? sent, silent?.ways ?? silence),
    }
  }

  /** Round after round, as far apart as it takes. */
  #repeat(part: Part & { kind: 'repeat' }, ways: readonly Way[]): Paced {
    let every = durationMs(part.every)
    for (;;) {
      let current = ways
      let fits = true
      const seen: Way[] = [...ways]
      for (let round = 0; round < part.most && fits; round++) {
        const due = later(current, every)
        fits = this.#missing(due) === 0
        current = due.map(way => ({ now: way.now, sent: recent([...way.sent, way.now], way.now) }))
        seen.push(...current)
      }
      if (fits)
        return {
          parts: [{ ...part, every: every === durationMs(part.every) ? part.every : durationOf(every) }],
          ways: merged(seen),
        }
      this.waited = true
      every = every < DAY ? DAY : every + DAY
    }
  }

  /** A text, after as long as it takes until it may go on every way. */
  #send(ways: readonly Way[]): { before: Part[]; sent: Way[] } {
    const missing = this.#missing(ways)
    if (missing > 0) this.waited = true
    const due = later(ways, missing)
    const before: Part[] = missing > 0 ? [{ kind: 'wait', duration: durationOf(Math.ceil(missing / DAY) * DAY) }] : []
    const late = missing > 0 ? later(ways, Math.ceil(missing / DAY) * DAY) : due
    return { before, sent: late.map(way => ({ now: way.now, sent: recent([...way.sent, way.now], way.now) })) }
  }

  #missing(ways: readonly Way[]): number {
    return Math.max(
      0,
      ...ways.flatMap(({ now, sent }) => [
        (sent.at(-this.#perDay) ?? Number.NEGATIVE_INFINITY) + DAY + 1 - now,
        (sent.at(-this.#perWeek) ?? Number.NEGATIVE_INFINITY) + WEEK + 1 - now,
      ]),
    )
  }
}

const later = (ways: readonly Way[], ms: number): Way[] => ways.map(({ now, sent }) => ({ now: now + ms, sent }))
const recent = (sent: readonly number[], now: number): number[] => sent.filter(at => at > now - WEEK - DAY)

/** Ways that differ in when their last texts went, the busiest first where they are many. */
function merged(...all: readonly (readonly Way[])[]): Way[] {
  const kept = new Map<string, Way>()
  for (const way of all.flat())
    kept.set(
      recent(way.sent, way.now)
        .map(at => way.now - at)
        .join(' '),
      way,
    )
  return [...kept.values()].sort((a, b) => busy(b) - busy(a)).slice(0, MOST_WAYS)
}
const busy = ({ now, sent }: Way): number => sent.reduce((sum, at) => sum + 1 / (1 + Math.max(0, now - at) / DAY), 0)
