import Type, { type Static } from 'typebox'
import { topic } from '../../schemas/topic.ts'
import { deadLetters } from '../../schemas/topics.ts'
import { anyFold, anyScorer, type Fold, output, type Scorer, type Sweep, stateless, type Whole } from '../../streams/processor.ts'
import type { Tx } from '../../streams/sql.ts'
import type { Table } from '../../streams/table.ts'

const closed = { additionalProperties: false }
const Beat = Type.Object({ type: Type.Literal('beat'), id: Type.String(), owner: Type.String(), amount: Type.Integer() }, closed)
const Line = Type.Object({ type: Type.Literal('line'), version: Type.Integer(), at: Type.Integer() }, closed)
const Tally = Type.Object({ owner: Type.String(), seq: Type.Integer(), total: Type.Integer(), high: Type.Boolean() }, closed)
const Sum = Type.Object({ type: Type.Literal('sum'), owner: Type.String(), seq: Type.Integer(), total: Type.Integer() }, closed)
const Tick = Type.Object({ type: Type.Literal('tick'), at: Type.Integer() }, closed)
const Reply = Type.Object({ owner: Type.String(), seq: Type.Integer(), total: Type.Integer() }, closed)
export type Beat = Static<typeof Beat>
export type Line = Static<typeof Line>
export type Tally = Static<typeof Tally>
type Reply = Static<typeof Reply>

// A topology of the tests' own that has one of everything: what `customers`, `ranking` and the scorer do, with the shop left out.
export const rawBeats = topic('raw-beats', Beat, { retention: 'week', open: true })
export const beats = topic('beats', Type.Union([Beat, Line]), { bundled: true })
export const tallies = topic('tallies', Tally, { bundled: true })
export const sums = topic('sums', Type.Union([Sum, Tick]), {
  partitioned: 'one',
  retention: 'passed',
  absolute: true,
  bundled: true,
})
export const lines = topic('lines', Line, { partitioned: 'one', retention: 'compact', absolute: true })
export const replies = topic('replies', Reply)
export const countingTopics = [rawBeats, beats, tallies, sums, lines, replies, deadLetters]

export const countingTables = `
CREATE TABLE counters (owner text PRIMARY KEY, partition integer NOT NULL, seq bigint NOT NULL, total bigint NOT NULL, high boolean NOT NULL);
CREATE TABLE counter_lines (part text PRIMARY KEY, partition integer NOT NULL, at bigint NOT NULL, previous bigint NOT NULL);
CREATE TABLE audits (owner text PRIMARY KEY, partition integer NOT NULL, tallies bigint NOT NULL, last bigint NOT NULL, gaps bigint NOT NULL);
CREATE TABLE summed (owner text PRIMARY KEY, partition integer NOT NULL, seq bigint NOT NULL, total bigint NOT NULL);
CREATE TABLE average (one boolean PRIMARY KEY DEFAULT true, sum bigint NOT NULL, owners bigint NOT NULL, moved boolean NOT NULL, version bigint NOT NULL, at bigint NOT NULL);
CREATE TABLE readers (owner text PRIMARY KEY, partition integer NOT NULL, met bigint NOT NULL);
CREATE TABLE replies (owner text PRIMARY KEY, partition integer NOT NULL, batch bigint NOT NULL, seq bigint NOT NULL, total bigint NOT NULL);`

interface Counter {
  readonly seq: number
  readonly total: number
  /** Whether the total reaches the line. */
  readonly high: boolean
}
interface Drawn {
  readonly at: number
  readonly previous: number
}
interface Recount {
  readonly type: 'recount'
  readonly owner: string
}
export interface Counting {
  readonly counter?: Counter
  readonly line: Drawn
}

/** Nobody reaches a line that was not drawn. */
const NEVER = 1_000_000_000

const counterTable: Table<Counter> = {
  name: 'counters',
  key: ['owner'],
  columns: [
    { name: 'seq', type: 'bigint', value: c => c.seq },
    { name: 'total', type: 'bigint', value: c => c.total },
    { name: 'high', type: 'boolean', value: c => c.high },
  ],
  entry: row => ({ seq: row.seq as number, total: row.total as number, high: row.high as boolean }),
  empty: () => ({ seq: 0, total: 0, high: false }),
}

const lineTable: Table<Drawn> = {
  name: 'counter_lines',
  key: ['part'],
  columns: [
    { name: 'at', type: 'bigint', value: l => l.at },
    { name: 'previous', type: 'bigint', value: l => l.previous },
  ],
  entry: row => ({ at: row.at as number, previous: row.previous as number }),
  empty: () => ({ at: NEVER, previous: NEVER }),
}

const sweep: Sweep<Beat | Line | Recount, Counting> = {
  table: 'counters',
  key: 'owner',
  after: (_, event) => event.type === 'line',
  event: (_, owner) => ({ type: 'recount', owner }),
  rows: ({ line }, first) => ({
    text: `total >= $${first}::bigint AND total < $${first + 1}::bigint`,
    values: [Math.min(line.at, line.previous), Math.max(line.at, line.previous)],
  }),
}

/** beats → totals by owner; a tally of each change. A line moved sweeps those between. */
export const counter: Fold<Beat | Line | Recount, Counting> = {
  kind: 'fold',
  name: 'counter',
  input: beats,
  outputs: [tallies, sums],
  state: {
    tables: { counter: counterTable, line: lineTable },
    keys: (event, partition) => ({ line: [String(partition)], ...(event.type === 'line' ? {} : { counter: [event.owner] }) }),
  },
  identity: event => (event.type === 'beat' ? event : undefined),
  sweep,
  fold(state, event) {
    if (event.type === 'line') return { state: { ...state, line: { at: event.at, previous: state.line.at } }, outputs: [] }
    const before = state.counter!
    const total = before.total + (event.type === 'beat' ? event.amount : 0)
    const high = total >= state.line.at
    if (event.type === 'recount' && high === before.high) return { state, outputs: [] }
    const { owner } = event
    const seq = before.seq + 1
    const told = output(tallies, owner, { owner, seq, total, high })
    return {
      state: { ...state, counter: { seq, total, high } },
      outputs: event.type === 'beat' ? [told, output(sums, owner, { type: 'sum', owner, seq, total })] : [told],
    }
  },
}

interface Audit {
  readonly tallies: number
  readonly last: number
  readonly gaps: number
}

const auditTable: Table<Audit> = {
  name: 'audits',
  key: ['owner'],
  columns: [
    { name: 'tallies', type: 'bigint', value: a => a.tallies },
    { name: 'last', type: 'bigint', value: a => a.last },
    { name: 'gaps', type: 'bigint', value: a => a.gaps },
  ],
  entry: row => ({ tallies: row.tallies as number, last: row.last as number, gaps: row.gaps as number }),
  empty: () => ({ tallies: 0, last: 0, gaps: 0 }),
}

/** tallies → how many there were of each owner: trusts that nothing is lost and nothing comes twice, and notes where that fails. */
export const audit: Fold<Tally, { audit: Audit }> = {
  kind: 'fold',
  name: 'audit',
  input: tallies,
  outputs: [],
  state: { tables: { audit: auditTable }, keys: ({ owner }) => ({ audit: [owner] }) },
  fold: ({ audit }, { seq }) => ({
    state: { audit: { tallies: audit.tallies + 1, last: seq, gaps: audit.gaps + (seq === audit.last + 1 ? 0 : 1) } },
    outputs: [],
  }),
}

/** Changed in place, as structures are that every record moves. */
interface Average {
  sum: number
  owners: number
  moved: boolean
  version: number
  at: number
}

const averageWhole: Whole<Average> = {
  tables: ['average'],
  told: [],
  async load(tx: Tx) {
    const [row] = await tx.query('SELECT sum, owners, moved, version, at FROM average')
    return (row as unknown as Average | undefined) ?? { sum: 0, owners: 0, moved: false, version: 0, at: NEVER }
  },
  async save(tx, { sum, owners, moved, version, at }) {
    await tx.query(
      `INSERT INTO average (sum, owners, moved, version, at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT (one)
       DO UPDATE SET sum = excluded.sum, owners = excluded.owners, moved = excluded.moved, version = excluded.version, at = excluded.at`,
      [sum, owners, moved, version, at],
    )
  },
}

interface Summed {
  readonly seq: number
  readonly total: number
}

const summedTable: Table<Summed> = {
  name: 'summed',
  key: ['owner'],
  columns: [
    { name: 'seq', type: 'bigint', value: s => s.seq },
    { name: 'total', type: 'bigint', value: s => s.total },
  ],
  entry: row => ({ seq: row.seq as number, total: row.total as number }),
  empty: () => ({ seq: 0, total: 0 }),
}

/** sums → where the average of all totals lies; a tick draws the line there, in every partition of beats. */
export const averaging: Fold<Static<typeof Sum> | Static<typeof Tick>, { average: Average; summed?: Summed }> = {
  kind: 'fold',
  name: 'averaging',
  input: sums,
  outputs: [lines, beats],
  state: {
    tables: { summed: summedTable },
    wholes: { average: averageWhole },
    keys: record => (record.type === 'tick' ? {} : { summed: [record.owner] }),
  },
  tick: {
    everyMs: 100,
    heardBy: { processor: 'counter', topic: beats },
    due: ({ average }) => average.moved,
    record: now => output(sums, 'tick', { type: 'tick', at: now }),
  },
  fold(state, record) {
    const { average } = state
    if (record.type === 'tick') {
      if (!average.moved) return { state, outputs: [] }
      Object.assign(average, { moved: false, version: average.version + 1, at: Math.floor(average.sum / average.owners) })
      const line = { type: 'line' as const, version: average.version, at: average.at }
      return { state, outputs: [output(lines, 'line', line), output(beats, 'line', line, { everywhere: true })] }
    }
    const before = state.summed!
    if (before.seq >= record.seq) return { state, outputs: [] }
    average.sum += record.total - before.total
    average.owners += before.seq === 0 ? 1 : 0
    average.moved = true
    return { state: { average, summed: { seq: record.seq, total: record.total } }, outputs: [] }
  },
}

/** raw-beats, which anybody may write → beats. */
export const intake: Fold<Beat, object> = {
  kind: 'fold',
  name: 'intake',
  input: rawBeats,
  outputs: [beats],
  state: stateless,
  read(raw) {
    const { id, owner, amount } = raw as Partial<Beat>
    if (typeof id !== 'string' || typeof owner !== 'string' || typeof amount !== 'number')
      return { unreadable: { code: 'beat_odd', message: 'no beat' } }
    return { event: { type: 'beat', id, owner, amount } }
  },
  fold: (state, beat) => ({ state, outputs: [output(beats, beat.owner, beat)] }),
}

interface Reader {
  readonly met: number
}

const readerTable: Table<Reader> = {
  name: 'readers',
  key: ['owner'],
  columns: [{ name: 'met', type: 'bigint', value: r => r.met }],
  entry: row => ({ met: row.met as number }),
  empty: () => ({ met: 0 }),
}

const replyTable: Table<Reply> = {
  name: 'replies',
  key: ['owner'],
  columns: [
    { name: 'seq', type: 'bigint', value: r => r.seq },
    { name: 'total', type: 'bigint', value: r => r.total },
  ],
  entry: row => ({ owner: row.owner as string, seq: row.seq as number, total: row.total as number }),
  empty: () => ({ owner: '', seq: 0, total: 0 }),
}

/** tallies → replies: an answer for most of them, not for every third. */
export const replier: Scorer<Tally, { reader: Reader }, Reply, unknown> = {
  kind: 'scorer',
  name: 'replier',
  input: tallies,
  outputs: [replies],
  state: { tables: { reader: readerTable }, keys: ({ owner }) => ({ reader: [owner] }) },
  answers: replyTable,
  key: ({ owner }) => owner,
  id: ({ owner, seq }) => `${owner}-${seq}`,
  record: reply => output(replies, reply.owner, reply),
  fold: ({ reader }, { seq }) => ({ state: { reader: { met: reader.met + 1 } }, score: seq % 3 !== 0 }),
  score: (_, { owner, seq, total }) => ({ owner, seq, total }),
}

export const countingProcessors = [anyFold(intake), anyFold(counter), anyFold(averaging), anyFold(audit), anyScorer(replier)]
/** Those whose end is the same to the byte whenever they run: without the one that ticks. */
export const timelessProcessors = [anyFold(counter), anyFold(audit), anyScorer(replier)]
