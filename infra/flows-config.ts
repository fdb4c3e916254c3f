import { readCaps, type SmsCap } from '../models/sms-caps.ts'
import { hosts, oneOf, type Read } from './setting-values.ts'

/** What flows may do in this shop, beyond what holds for every text. */
export interface FlowsConfig {
  /** Hosts that webhooks may call, as an address spells them; none unless told. */
  readonly webhookHosts: readonly string[]
  /** Whether webhooks may go to private networks, and by plain http: for tests, and for shops whose receivers are inside. */
  readonly webhooksMayBePrivate: boolean
  /** The most that may be taken off: in percent, and in major units of the shop's currency (`Infinity`: any amount). */
  readonly maxDiscount: { readonly percent: number; readonly amount: number }
  /** The most texts that one customer may get of a flow on any path. */
  readonly maxTexts: { readonly perDay: number; readonly perWeek: number }
  /** The smallest difference between variants of an experiment that matters, as a share of what they bring. */
  readonly smallestEffect: number
}

/** Half a price is a sale; more is mostly a slip. */
const DEFAULT_PERCENT = 50
const DEFAULT_TEXTS = '3/day, 7/7d'
const DAY = 86_400_000
const WEEK_DAYS = 7

/** What is wrong is added to `problems`. */
export function readFlows(read: Read, problems: string[]): FlowsConfig {
  return {
    webhookHosts: hosts(read('TARANG_WEBHOOK_HOSTS'), 'TARANG_WEBHOOK_HOSTS', problems) ?? [],
    webhooksMayBePrivate:
      oneOf(read('TARANG_WEBHOOK_ALLOW_PRIVATE'), 'TARANG_WEBHOOK_ALLOW_PRIVATE', ['true', 'false'], 'false', problems) ===
      'true',
    maxDiscount: readDiscount(read('TARANG_MAX_DISCOUNT') ?? `${DEFAULT_PERCENT}%`, problems),
    maxTexts: readMaxTexts(read('TARANG_FLOW_MAX_TEXTS') ?? DEFAULT_TEXTS, problems),
    smallestEffect: readEffect(read('TARANG_SMALLEST_EFFECT') ?? '10%', problems),
  }
}

/** `40%`, `40%, 5000` or `5000`; where no amount is named, any. */
function readDiscount(text: string, problems: string[]): FlowsConfig['maxDiscount'] {
  const [, percent, amount, alone] =
    /^(\d{1,3}(?:\.\d+)?)\s*%(?:\s*,\s*(\d{1,9}(?:\.\d{1,4})?))?$|^(\d{1,9}(?:\.\d{1,4})?)$/.exec(text.trim()) ?? []
  const bound = { percent: Number(percent ?? DEFAULT_PERCENT), amount: Number(amount ?? alone ?? Number.POSITIVE_INFINITY) }
  if ((percent ?? alone) === undefined || bound.percent > 100 || bound.percent === 0 || bound.amount === 0)
    problems.push(
      `TARANG_MAX_DISCOUNT: expected the most that may be taken off, such as 50%, or 50%, 5000, got ${JSON.stringify(text)}`,
    )
  return bound
}

/** `10%`: 0.1. */
function readEffect(text: string, problems: string[]): number {
  const percent = Number(/^(\d{1,3}(?:\.\d+)?)\s*%$/.exec(text.trim())?.[1])
  if (percent >= 1 && percent <= 100) return percent / 100
  problems.push(
    `TARANG_SMALLEST_EFFECT: expected the smallest difference between variants that matters, from 1% to 100%, got ${JSON.stringify(text)}`,
  )
  return 0.1
}

/** One bound alone says what it can of the other: no week has more than seven days of texts, and no day more than a week of them. */
function readMaxTexts(text: string, problems: string[]): FlowsConfig['maxTexts'] {
  const caps = readCaps(text)
  const day = caps?.find(({ span }) => span === 'day' || span === DAY)
  const week = caps?.find(({ span }) => span === 'week' || span === WEEK_DAYS * DAY)
  const known = [day, week].filter((cap): cap is SmsCap => cap !== undefined)
  if (caps === undefined || known.length === 0 || known.length !== caps.length) {
    problems.push(
      `TARANG_FLOW_MAX_TEXTS: expected the most texts of a flow per day and per seven days, such as ${DEFAULT_TEXTS}, got ${JSON.stringify(text)}`,
    )
    return { perDay: 0, perWeek: 0 }
  }
  return { perDay: day?.most ?? week!.most, perWeek: week?.most ?? day!.most * WEEK_DAYS }
}
