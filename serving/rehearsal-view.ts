import Type, { type Static } from 'typebox'
import { formatMoney } from '../models/money.ts'
import type { RehearsalResult } from './ports/rehearsals.ts'

const Instant = Type.String({ format: 'date-time' })
const Count = Type.Integer({ minimum: 0 })
const orNull = <T extends Type.TSchema>(schema: T, description?: string) =>
  Type.Union([schema, Type.Null()], description === undefined ? {} : { description })
const Counts = Type.Record(Type.String(), Count)

const Expected = Type.Object({
  clicks: orNull(
    Type.Object({ expected: Type.Number(), low: Type.Number(), high: Type.Number() }),
    'Texts whose link somebody follows, with the 95 % interval of the share so far; null where no text so far had a link.',
  ),
  orders: Type.Number(),
  revenue: Type.String({ description: 'Gross, credited by the last touch as in /campaigns/{id}/attribution.' }),
  basis: Type.Object({ campaigns: Type.Array(Type.String()), texts: Count, linked: Count, clicked: Count }),
})

/** The body of POST /campaigns/{id}/rehearse. */
export const RehearsalView = Type.Object(
  {
    from: Instant,
    to: Instant,
    history: Type.Object({
      first: orNull(Instant),
      last: orNull(Instant),
      records: Count,
      keptSince: orNull(Instant, 'What was before it may be deleted; null where nothing is.'),
    }),
    reachable: Type.Boolean({ description: 'Whether everybody counted as reachable by SMS who had not said no.' }),
    customers: Type.Object(
      { known: Count, entered: Count, heldOut: Count, neither: Count },
      { description: 'known = entered + heldOut + neither' },
    ),
    entries: Type.Object(
      { entered: Count, heldOut: Count, underWay: Count, ended: Counts },
      { description: 'entered = underWay + all of ended; a customer may enter more than once.' },
    ),
    texts: Type.Object(
      {
        planned: Count,
        sent: Count,
        waiting: Count,
        suppressed: Counts,
        delayed: Type.Integer({ description: 'Of those sent, the ones that quiet hours held back first.' }),
        linked: Type.Integer({ description: 'Of those sent, the ones with a link.' }),
        steps: Type.Array(Type.Object({ step: Type.String(), planned: Count, sent: Count })),
      },
      { description: 'planned = sent + waiting + all of suppressed' },
    ),
    hours: Type.Array(Type.Object({ at: Instant, texts: Count, parts: Count }), {
      description: 'Hours in which something went.',
    }),
    parts: Type.Object({
      all: Count,
      standIns: Type.Integer({
        description: 'Texts with something in them that nobody knew then, counted as long as it may be.',
      }),
      classes: Type.Array(Type.Object({ language: Type.String(), encoding: Type.String(), parts: Count, texts: Count })),
    }),
    cost: Type.Object({ currency: Type.String(), pricePerPart: orNull(Type.String()), total: orNull(Type.String()) }),
    drain: Type.Object({
      partsPerSecond: orNull(Type.Number()),
      slots: Count,
      roundTripMs: Type.Number({ description: 'What the gateway is taken to need for one text.' }),
      longest: orNull(
        Type.Object({ at: Instant, seconds: Type.Number(), texts: Count }),
        'The queue that took longest to be empty again.',
      ),
      longestWaitSeconds: Type.Number(),
    }),
    webhooks: Count,
    limits: Type.Object({ allowed: Count, limited: Count }, { description: 'Of limits that all customers share.' }),
    variants: Type.Array(Type.Object({ step: Type.String(), variant: Type.String(), times: Count })),
    overlaps: Type.Array(
      Type.Object({
        campaignId: Type.String(),
        customers: Type.Integer({ description: 'Who entered both.' }),
        together: Type.Integer({ description: 'Of these, who were in both at one time.' }),
        texts: Type.Integer({ description: 'What it sent to who entered both.' }),
      }),
    ),
    expected: orNull(Expected, 'As all texts before were answered; null where none was sent.'),
    timelines: Type.Array(
      Type.Object({
        customerId: Type.String(),
        moments: Type.Array(Type.Object({ at: Instant, what: Type.String(), says: Type.String() })),
        left: Type.Integer({ description: 'Moments beyond those told.' }),
      }),
    ),
  },
  { title: 'Rehearsal' },
)
export type RehearsalView = Static<typeof RehearsalView>

const iso = (at: number): string => new Date(at).toISOString()
const isoOrNull = (at: number | null): string | null => (at === null ? null : iso(at))
const rounded = (value: number): number => Math.round(value * 10) / 10

export function presentRehearsal(result: RehearsalResult): RehearsalView {
  const { report, speed, pricePerPart, currency, expected, reachable, keptSince } = result
  const { history, texts, parts, drain, asked } = report
  const { longest } = drain
  return {
    from: iso(report.from),
    to: iso(report.to),
    history: {
      first: isoOrNull(history.first),
      last: isoOrNull(history.last),
      records: history.records,
      keptSince: keptSince === 0 ? null : iso(keptSince),
    },
    reachable,
    customers: report.customers,
    entries: { ...report.entries, ended: { ...report.entries.ended } as Record<string, number> },
    texts: { ...texts, steps: [...texts.steps] },
    hours: report.hours.map(({ at, ...counts }) => ({ at: iso(at), ...counts })),
    parts: { ...parts, classes: [...parts.classes] },
    cost: {
      currency,
      pricePerPart: pricePerPart === undefined ? null : formatMoney(pricePerPart),
      total: pricePerPart === undefined ? null : formatMoney(BigInt(pricePerPart) * BigInt(parts.all)),
    },
    drain: {
      partsPerSecond: speed.partsPerSecond ?? null,
      slots: speed.slots,
      roundTripMs: speed.roundTripMs,
      longest: longest && { at: iso(longest.at), seconds: rounded(longest.drainMs / 1000), texts: longest.texts },
      longestWaitSeconds: rounded(drain.longestWaitMs / 1000),
    },
    webhooks: report.webhooks,
    limits: asked,
    variants: [...report.variants],
    overlaps: [...report.overlaps],
    expected: expected && {
      clicks: expected.clicks && {
        expected: rounded(expected.clicks.expected),
        low: rounded(expected.clicks.low),
        high: rounded(expected.clicks.high),
      },
      orders: rounded(expected.orders),
      revenue: formatMoney(expected.revenue),
      basis: { ...expected.basis, campaigns: [...expected.basis.campaigns] },
    },
    timelines: report.timelines.map(({ customerId, moments, left }) => ({
      customerId,
      moments: moments.map(({ at, ...said }) => ({ at: iso(at), ...said })),
      left,
    })),
  }
}
