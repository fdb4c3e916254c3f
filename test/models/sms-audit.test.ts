import fc from 'fast-check'
import { expect, test } from 'vitest'
import { SmsAudit } from '../../models/sms-audit/sms-audit.ts'
import type { GatewayRow, LedgerText } from '../../models/sms-audit/tellings.ts'
import { type SmsStatus, smsStatuses } from '../../schemas/events.ts'

interface Request {
  readonly id: string
  readonly at: number
  readonly folded: boolean
}
interface Result {
  readonly id: string
  readonly at: number
  readonly n: number
  readonly status: SmsStatus
}

/** Everything that is told, in whatever order each side tells it. */
interface World {
  readonly rows: readonly GatewayRow[]
  readonly texts: readonly LedgerText[]
  readonly requests: readonly Request[]
  readonly results: readonly Result[]
  readonly logFrom: number | undefined
  readonly since: number
}

function audited({ rows, texts, requests, results, logFrom, since }: World): SmsAudit {
  const audit = new SmsAudit({ since, until: Number.POSITIVE_INFINITY })
  for (const row of rows) audit.atGateway(row)
  for (const text of texts) audit.inLedger(text)
  for (const { id, at, folded } of requests) audit.asked(id, at, folded ? 'folded' : 'waiting')
  for (const { id, at, n, status } of results) audit.told(id, at, n, status)
  if (logFrom !== undefined) audit.logRead(logFrom)
  return audit
}

const kindsOf = (world: World) => [...audited(world).findings()].map(({ kind, id }) => `${kind} ${id}`).sort()

/** The same, said plainly: each discrepancy is a question asked of all that was told. */
function plain({ rows, texts, requests, results, logFrom, since }: World): string[] {
  const gone = new Set(texts.filter(text => (text.begunAt ?? text.requestedAt) < since).map(({ id }) => id))
  const looked = texts.filter(({ id }) => !gone.has(id))
  const inLedger = new Set(texts.map(({ id }) => id))
  const takenOf = (id: string) => rows.filter(row => row.reference === id && row.taken)
  const told = (id: string) => results.filter(result => result.id === id)
  const went = ['submitted', 'delivered', 'undelivered', 'expired']
  const may = (text: LedgerText) => text.history.mayHaveGone || [...went, 'submitting', 'unknown'].includes(text.status)
  const ids = (kind: string, some: Iterable<string>) => [...new Set(some)].map(id => `${kind} ${id}`)
  const of = (kind: string, wrong: (text: LedgerText) => boolean) =>
    ids(
      kind,
      looked.filter(wrong).map(({ id }) => id),
    )
  const compared = logFrom !== undefined
  return [
    ...of('lost', ({ id, status }) => went.includes(status) && takenOf(id).length === 0),
    ...of('duplicated', ({ id }) => takenOf(id).length > 1),
    ...of('denied', text => takenOf(text.id).length > 0 && !may(text)),
    ...of(
      'other_number',
      ({ id, phone }) =>
        phone !== undefined && takenOf(id)[0]?.phone !== undefined && takenOf(id).some(row => row.phone !== phone),
    ),
    ...of(
      'other_id',
      ({ id, gatewayId }) =>
        takenOf(id)[0]?.id !== undefined &&
        gatewayId !== undefined &&
        gatewayId !== id &&
        takenOf(id).every(row => row.id !== gatewayId),
    ),
    ...of(
      'history',
      ({ status, attempts, transitions, history: { count, last, begun } }) =>
        count !== transitions || last !== status || begun !== attempts,
    ),
    ...ids(
      'stranger',
      rows
        .filter(
          ({ reference, at }) =>
            !inLedger.has(reference) &&
            (at === undefined ||
              at >= since ||
              told(reference).some(result => result.at >= since) ||
              requests.some(request => request.id === reference && request.at >= since)),
        )
        .map(({ reference }) => reference),
    ),
    ...(compared
      ? of('not_asked', ({ id, requestedAt }) => requestedAt >= logFrom && !requests.some(request => request.id === id))
      : []),
    ...(compared
      ? of(
          'untold',
          ({ id, requestedAt, history }) =>
            requestedAt >= logFrom &&
            Array.from({ length: history.reportedTo }, (_, i) => i + 1).some(n => !told(id).some(result => result.n === n)),
        )
      : []),
    ...(compared
      ? of('unheard', ({ id, transitions, status }) => {
          const highest = Math.max(0, ...told(id).map(({ n }) => n))
          return (
            highest > transitions ||
            (highest > 0 &&
              highest === transitions &&
              told(id)
                .filter(({ n }) => n === highest)
                .at(-1)!.status !== status)
          )
        })
      : []),
    ...(compared
      ? ids(
          'unheard',
          results.filter(({ id, at }) => !inLedger.has(id) && at >= since).map(({ id }) => id),
        )
      : []),
    ...(compared
      ? ids(
          'not_queued',
          requests
            .filter(
              ({ id, at }) =>
                !inLedger.has(id) &&
                at >= since &&
                requests.some(request => request.id === id && request.at >= since && request.folded),
            )
            .map(({ id }) => id),
        )
      : []),
  ].sort()
}

const id = fc.constantFrom('a', 'b', 'c', 'd')
const status = fc.constantFrom(...smsStatuses)
const at = fc.integer({ min: 0, max: 9 })
const phone = fc.option(fc.constantFrom('p', 'q'), { nil: undefined })
const gatewayId = fc.option(fc.constantFrom('g1', 'g2', 'a'), { nil: undefined })
const number = fc.integer({ min: 0, max: 4 })

const row: fc.Arbitrary<GatewayRow> = fc.record({
  reference: id,
  id: gatewayId,
  phone,
  at: fc.option(at, { nil: undefined }),
  taken: fc.boolean(),
})
const text: fc.Arbitrary<LedgerText> = fc.record({
  id,
  status,
  reason: fc.option(fc.constantFrom('cap', 'opted_out'), { nil: undefined }),
  requestedAt: at,
  begunAt: fc.option(at, { nil: undefined }),
  attempts: number,
  transitions: number,
  gatewayId,
  phone,
  history: fc.record({
    count: number,
    begun: number,
    last: fc.option(status, { nil: undefined }),
    mayHaveGone: fc.boolean(),
    wasUnknown: fc.boolean(),
    reportedTo: number,
  }),
})
const world: fc.Arbitrary<World> = fc.record({
  rows: fc.array(row, { maxLength: 8 }),
  texts: fc.uniqueArray(text, { selector: ({ id }) => id }),
  requests: fc.array(fc.record({ id, at, folded: fc.boolean() }), { maxLength: 6 }),
  results: fc.array(fc.record({ id, at, n: fc.integer({ min: 1, max: 4 }), status }), { maxLength: 12 }),
  logFrom: fc.option(at, { nil: undefined }),
  since: fc.constantFrom(Number.NEGATIVE_INFINITY, 3),
})

test('whatever is told by whom, the auditor finds what asking plainly finds, no more and no less', () => {
  fc.assert(
    fc.property(world, told => {
      expect(kindsOf(told)).toEqual(plain(told))
    }),
    { numRuns: 2000 },
  )
})

test('the totals add up: every text of the ledger is sent, rejected, suppressed, unknown or under way', () => {
  fc.assert(
    fc.property(world, told => {
      const totals = audited(told).totals()
      const { asked, sent, rejected, suppressed, unknown, underWay, unknownAtGateway, reasons, gateway } = totals
      expect(asked).toBe(told.texts.filter(text => (text.begunAt ?? text.requestedAt) >= told.since).length)
      expect(sent + rejected + suppressed + unknown + underWay).toBe(asked)
      expect(Object.values(reasons).reduce((sum, n) => sum + n, 0)).toBe(suppressed)
      expect(unknownAtGateway).toBeLessThanOrEqual(unknown)
      if (told.since < 0) expect(gateway.submissions + gateway.refused).toBe(told.rows.length)
    }),
  )
})

/** A text that went as it should: queued, claimed, submitting, submitted, all of it told. */
const fine: LedgerText = {
  id: 'a',
  status: 'submitted',
  reason: undefined,
  requestedAt: 5,
  begunAt: 6,
  attempts: 1,
  transitions: 4,
  gatewayId: 'g1',
  phone: 'p',
  history: { count: 4, begun: 1, last: 'submitted', mayHaveGone: true, wasUnknown: false, reportedTo: 4 },
}
const taken: GatewayRow = { reference: 'a', id: 'g1', phone: 'p', at: 6, taken: true }
const told = (['queued', 'claimed', 'submitting', 'submitted'] as const).map((status, i) => ({
  id: 'a',
  at: 5,
  n: i + 1,
  status,
}))
const sound: World = {
  rows: [taken],
  texts: [fine],
  requests: [{ id: 'a', at: 5, folded: true }],
  results: told,
  logFrom: 0,
  since: Number.NEGATIVE_INFINITY,
}

test('what agrees is no discrepancy, also where results are on the log twice and out of order', () => {
  expect(kindsOf(sound)).toEqual([])
  expect(kindsOf({ ...sound, results: [...told].reverse().concat(told) })).toEqual([])
})

test.each<[string, Partial<World>, string[]]>([
  ['a text the gateway never got', { rows: [] }, ['lost a']],
  ['a text the gateway refused, called submitted', { rows: [{ ...taken, taken: false }] }, ['lost a']],
  ['a text that went twice', { rows: [taken, { ...taken, id: 'g2' }] }, ['duplicated a']],
  ['a refusal before the submission is none of its own', { rows: [{ ...taken, taken: false }, taken] }, []],
  ['a text that nobody asked for', { rows: [taken, { ...taken, reference: 'b' }] }, ['stranger b']],
  ['a text that went to another number', { rows: [{ ...taken, phone: 'q' }] }, ['other_number a']],
  ['a text that is another one there', { rows: [{ ...taken, id: 'g2' }] }, ['other_id a']],
  ['a request that was folded and left no row', { texts: [], rows: [], results: [] }, ['not_queued a']],
  ['a request that nobody folded yet', { texts: [], rows: [], results: [], requests: [{ id: 'a', at: 5, folded: false }] }, []],
  ['a row that nobody asked for', { requests: [] }, ['not_asked a']],
  ['a row from before the log begins', { requests: [], results: [], logFrom: 6 }, []],
  ['a result that was not told, though it says so', { results: told.toSpliced(1, 1) }, ['untold a']],
  [
    'a result of which the ledger knows nothing',
    { results: [...told, { id: 'a', at: 5, n: 5, status: 'delivered' }] },
    ['unheard a'],
  ],
  ['a transition without its result', { texts: [{ ...fine, transitions: 5 }] }, ['history a']],
])('%s', (_, other, kinds) => {
  expect(kindsOf({ ...sound, ...other })).toEqual(kinds)
})

test.each<[SmsStatus, boolean, string[]]>([
  ['rejected', false, ['denied a']],
  ['suppressed', false, ['denied a']],
  ['queued', false, ['denied a']],
  ['unknown', true, []],
  ['submitting', false, []],
  ['rejected', true, []],
])('a text at the gateway that is %s, having maybe gone before: %s', (status, mayHaveGone, kinds) => {
  const text = { ...fine, status, history: { ...fine.history, last: status, mayHaveGone } }
  expect(kindsOf({ ...sound, texts: [text], logFrom: undefined })).toEqual(kinds)
})

test('what is told after the log was read is not missed there', () => {
  const audit = audited({ ...sound, texts: [], results: told.slice(0, 2) })
  audit.inLedger(fine)
  expect([...audit.findings()]).toEqual([])
})

test('what the log tells of a text after the ledger was read is looked up again', () => {
  const audit = audited({
    ...sound,
    texts: [
      {
        ...fine,
        status: 'submitting',
        transitions: 3,
        history: { ...fine.history, count: 3, last: 'submitting', reportedTo: 3 },
      },
    ],
  })
  expect([...audit.behind()]).toEqual(['a'])
  audit.inLedger(fine)
  expect([...audit.behind()]).toEqual([])
  expect([...audit.findings()]).toEqual([])
})
