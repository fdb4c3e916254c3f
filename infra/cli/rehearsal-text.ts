import { DateTime } from 'luxon'
import { spanText } from '../../models/flow/flow-duration.ts'
import type { RehearsalView } from '../../serving/rehearsal-view.ts'

/** A rehearsal as a person reads it. Instants are told by the shop's clock. */
export function rehearsalText(view: RehearsalView, zone: string): string {
  const { customers, entries, texts } = view
  const when = (instant: string) => DateTime.fromISO(instant, { zone }).toFormat('d LLL yyyy HH:mm')
  const { history } = view
  return [
    `${when(view.from)} to ${when(view.to)}, from a history of ${number(history.records)} records` +
      (history.first === null ? '' : ` (${when(history.first)} to ${when(history.last!)})`),
    ...(history.keptSince === null ? [] : [`What was before ${when(history.keptSince)} may be deleted.`]),
    ...(view.reachable ? ['The history tells of no phones and no consent: who has not said no counts as reachable.'] : []),
    '',
    line('customers known', customers.known),
    line('  entered', customers.entered, entries.entered === customers.entered ? '' : `${number(entries.entered)} times`),
    line('  held out', customers.heldOut),
    line('  neither', customers.neither),
    ...Object.entries(entries.ended).map(([why, count]) => line(`  ended: ${why.replaceAll('_', ' ')}`, count)),
    line('  under way at the end', entries.underWay),
    '',
    line('texts planned', texts.planned),
    line('  sent', texts.sent, texts.delayed === 0 ? '' : `${number(texts.delayed)} of them after quiet hours`),
    ...Object.entries(texts.suppressed).map(([why, count]) => line(`  suppressed: ${why}`, count)),
    line('  waiting at the end', texts.waiting),
    ...texts.steps.map(({ step, planned, sent }) => line(`  step ${step}`, sent, `of ${number(planned)}`)),
    line('parts', view.parts.all, costWords(view)),
    ...view.parts.classes.map(one => line(`  ${one.language}, ${one.encoding}, ${one.parts}`, one.texts)),
    ...drainWords(view, when),
    ...view.overlaps.map(one => line(`also in ${one.campaignId}`, one.customers, `${number(one.together)} at one time`)),
    ...view.variants.map(one => line(`variant ${one.variant} of ${one.step}`, one.times)),
    '',
    expectedWords(view),
    '',
    ...chart(view, zone),
    '',
    ...view.timelines.flatMap(({ customerId, moments, left }) => [
      customerId,
      ...moments.map(({ at, says }) => `  ${when(at).padStart(17)}  ${says}`),
      ...(left === 0 ? [] : [`  and ${number(left)} more`]),
    ]),
  ].join('\n')
}

const number = (count: number): string => count.toLocaleString('en-US')
const line = (name: string, count: number, more = ''): string =>
  `${name.padEnd(32)}${number(count).padStart(12)}  ${more}`.trimEnd()

function costWords({ cost, parts }: RehearsalView): string {
  const upTo = parts.standIns === 0 ? '' : ` (${number(parts.standIns)} texts counted as long as they may be)`
  if (cost.total === null) return `no price is known: set TARANG_SMS_PRICE${upTo}`
  return `at ${cost.currency} ${cost.pricePerPart}  ${cost.currency} ${cost.total}${upTo}`
}

function drainWords({ drain }: RehearsalView, when: (instant: string) => string): string[] {
  const rate =
    drain.partsPerSecond === null
      ? `${drain.slots} texts in flight, ${drain.roundTripMs} ms each`
      : `${drain.partsPerSecond} parts a second`
  if (drain.longest === null) return []
  const { at, seconds, texts } = drain.longest
  const span = seconds < 1 ? 'less than a second' : spanText(Math.ceil(seconds) * 1000)
  return [`longest queue: ${number(texts)} texts from ${when(at)} on, through in ${span} (${rate})`]
}

function expectedWords({ expected, texts }: RehearsalView): string {
  if (expected === null) return 'What may come of it cannot be said: nothing was sent before.'
  const { clicks, orders, revenue, basis } = expected
  const clicked =
    clicks === null
      ? 'no text so far had a link'
      : `${number(clicks.expected)} clicks (${number(clicks.low)} to ${number(clicks.high)})`
  const [many, said] = [basis.campaigns.length, basis.campaigns.slice(0, 5).join(', ')]
  return `Of ${number(texts.sent)} texts may come: ${clicked}, ${number(orders)} orders, ${revenue} of revenue; as ${number(basis.clicked)} visits came of ${number(basis.linked)} texts with a link and ${number(basis.texts)} in all, of ${many} campaign${many === 1 ? '' : 's'} (${said}${many > 5 ? ', …' : ''}).`
}

const BARS = ' ▁▂▃▄▅▆▇█'
/** Rows of the chart at most: of a longer time the first days that send. */
const DAYS = 120

/** A row a day, a sign an hour: as high as the square root of its texts, so that a launch does not hide the rest. */
function chart({ hours }: RehearsalView, zone: string): string[] {
  const days = new Map<string, number[]>()
  for (const { at, texts } of hours) {
    const local = DateTime.fromISO(at, { zone })
    const day = local.toFormat('ccc d LLL')
    const row = days.get(day) ?? Array<number>(24).fill(0)
    row[local.hour] = (row[local.hour] ?? 0) + texts
    days.set(day, row)
  }
  const most = Math.max(0, ...[...days.values()].flat())
  if (most === 0) return ['Nothing is sent.']
  const sign = (texts: number) => BARS[texts === 0 ? 0 : Math.max(1, Math.ceil(Math.sqrt(texts / most) * 8))]!
  return [
    `texts per hour, at most ${number(most)}`,
    `${''.padEnd(12)}0     6     12    18`,
    ...[...days].slice(0, DAYS).map(([day, row]) => {
      const sum = row.reduce((all, texts) => all + texts, 0)
      return `${day.padStart(10)}  ${row.map(sign).join('')}  ${number(sum).padStart(8)}`
    }),
    ...(days.size > DAYS ? [`and ${days.size - DAYS} more days`] : []),
  ]
}
