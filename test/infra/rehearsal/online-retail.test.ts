import { expect } from 'vitest'
import { Rehearsal } from '../../../consumers/rehearsal.ts'
import { FileHistory } from '../../../infra/rehearsal/file-history.ts'
import { readQuietHours } from '../../../models/quiet-hours.ts'
import { readCaps } from '../../../models/sms-caps.ts'
import type { Flow } from '../../../schemas/flow.ts'
import { sharedData, testWithData } from '../../support/shared-data.ts'
import { winBack } from '../../support/win-back.ts'

const FROM = Date.parse('2011-06-30T00:00:00Z')
const TO = Date.parse('2011-09-30T00:00:00Z')
const sum = (counts: Readonly<Record<string, number>>) => Object.values(counts).reduce((all, one) => all + one, 0)

async function rehearsed(flow: Flow, beside: readonly Flow[]) {
  const history = await FileHistory.open(sharedData('online-retail.csv.gz'), { currency: 'GBP', region: 'GB', now: TO })
  const rehearsal = new Rehearsal({
    campaign: { id: 'win-back', version: 1, flow, categories: [] },
    beside: beside.map((other, i) => ({ id: `beside-${i}`, version: 1, flow: other, categories: [] })),
    zone: 'Europe/London',
    from: FROM,
    to: TO,
    speed: { partsPerSecond: 10, slots: 50, roundTripMs: 500 },
    texts: {
      rules: {
        quiet: readQuietHours('21:00-09:00'),
        caps: readCaps('1/7d')!,
        holdout: { share: 0.05, campaigns: new Map(), salt: 'test' },
        zone: 'Europe/London',
      },
      shop: undefined,
      currency: 'GBP',
      shortLink: undefined,
      reachable: true,
    },
  })
  for await (const record of history.records(TO)) rehearsal.meet(record)
  return rehearsal.report()
}

testWithData(
  'three months of Online Retail are rehearsed in less than 30 s of a processor, and every number adds up',
  ['online-retail.csv.gz'],
  async () => {
    const before = process.cpuUsage()
    const thanks: Flow = { ...winBack, trigger: { type: 'purchase' }, entry: 'per_event' }
    const report = await rehearsed({ ...winBack, holdoutPercent: 10 }, [thanks])
    const { user, system } = process.cpuUsage(before)
    expect((user + system) / 1e6).toBeLessThan(30)

    const { customers, entries, texts, hours, parts } = report
    expect(customers.known).toBe(customers.entered + customers.heldOut + customers.neither)
    expect(entries.entered).toBe(entries.underWay + sum(entries.ended))
    expect(texts.planned).toBe(texts.sent + texts.waiting + sum(texts.suppressed))
    expect(texts.steps.reduce((all, { planned }) => all + planned, 0)).toBe(texts.planned)
    expect(texts.steps.reduce((all, { sent }) => all + sent, 0)).toBe(texts.sent)
    expect(hours.reduce((all, hour) => all + hour.texts, 0)).toBe(texts.sent)
    expect(hours.reduce((all, hour) => all + hour.parts, 0)).toBe(parts.all)
    expect(parts.classes.reduce((all, one) => all + one.texts, 0)).toBe(texts.sent)
    // In summer London is an hour ahead of UTC: between 21:00 and 09:00 there nothing goes.
    expect(hours.every(({ at }) => new Date(at).getUTCHours() >= 8 && new Date(at).getUTCHours() < 20)).toBe(true)

    expect(customers.entered).toBeGreaterThan(1000)
    expect(customers.heldOut / (customers.entered + customers.heldOut)).toBeCloseTo(0.1, 1)
    expect(Object.keys(texts.suppressed).sort()).toEqual(['cap', 'holdout'])
    expect(report.overlaps[0]!.customers).toBeGreaterThan(0)
    expect(report.timelines).toHaveLength(20)
    expect(report.history).toMatchObject({ first: Date.parse('2010-12-01T08:26:00Z') })
  },
  600_000,
)
