import { createHash } from 'node:crypto'
import type { Shop } from '../schemas/shop.ts'
import type { Clock } from '../streams/clock.ts'
import { type Arrival, arrivals } from './arrivals.ts'
import { atPace, type Batch, inBatches } from './batches.ts'
import type { Bookmarks } from './bookmark.ts'
import type { FileFormat } from './files/file-format.ts'
import { beginning, type Place } from './files/lines.ts'
import { mappedCsv } from './files/mapping/mapped-csv.ts'
import type { Mapping } from './files/mapping/mapping.ts'
import { FileDamaged, type OpenFile, openFile } from './files/open-file.ts'
import { type Placed, readRows } from './files/read-rows.ts'
import { recognise } from './files/recognise.ts'
import { oneAhead } from './one-ahead.ts'
import { ProgressTeller, type ReplayProgress } from './replay-progress.ts'
import { ReplayRefused } from './replay-refused.ts'
import type { Sink } from './sink.ts'
import type { Speed } from './speed.ts'
import { type Survey, survey } from './survey.ts'
import { Tallies, type Tally } from './tally.ts'

export interface ReplayOptions {
  readonly shop: Omit<Shop, 'now'>
  readonly sink: Sink
  readonly clock: Clock
  /** What the columns of a CSV file mean; files of a known kind need none. */
  readonly mapping?: Mapping
  /** `max` unless told otherwise. */
  readonly speed?: Speed
  /** Where it is kept how far files were sent; without them every replay begins at the beginning. */
  readonly bookmarks?: Bookmarks
  /** Begins at the beginning, whatever was sent before. */
  readonly fromStart?: boolean
  /** Events in one `send`; 2,000 unless told otherwise, what HTTP takes at once. */
  readonly batchSize?: number
  /** Told once before anything is sent: the row it begins with, and, at a pace, what is left of the file. */
  readonly onBegin?: (row: number, survey: Survey | undefined) => void
  /** Told of how far it is, about four times a second, and once at the end. */
  readonly onProgress?: (progress: ReplayProgress) => void
  /** Stops between two batches; what was sent is then told by the summary. */
  readonly signal?: AbortSignal
}

export interface ReplaySummary {
  readonly format: string
  /** The line of the file it began with: 1, or where an earlier replay was stopped. Everything else counts from there. */
  readonly from: number
  /** Rows with something on them, a header not counted: sent + skipped + rejected, unless it was stopped or one was a conversation, of several messages. */
  readonly rows: number
  readonly sent: number
  readonly skipped: Record<string, Tally>
  readonly rejected: Record<string, Tally>
  readonly seconds: number
  /** False when the signal stopped it, or the file is damaged. */
  readonly complete: boolean
  /** Why the file could not be read to its end; what came before that was sent. */
  readonly damage?: string
}

/** Places are kept this often at most: what was sent since is sent again after a kill. */
const KEEP_EVERY_MS = 200

/**
 * Sends the events of a file. Each row stands for itself: one that is broken or refused is counted, with its reason and number, and its
 * neighbours go through. One batch is on its way while the next is read. Throws what the sink throws, and `ReplayRefused` before anything
 * is sent when the file is of no known kind or in a currency that is not the shop's.
 */
export async function replay(path: string, options: ReplayOptions): Promise<ReplaySummary> {
  const { file, format, subject } = await identify(path, options.mapping)
  refuseOtherCurrency(path, format, options.shop.currency)
  const from = options.fromStart ? undefined : await options.bookmarks?.read(subject)
  return sendFrom(from ?? beginning, { file, format, subject }, options)
}

/** Forgets how far a file was sent: once nothing is left to be done of its replay, sending it again is to send it whole. */
export async function forget(path: string, { mapping, bookmarks }: Pick<ReplayOptions, 'mapping' | 'bookmarks'>): Promise<void> {
  const { subject } = await identify(path, mapping)
  await bookmarks?.remove(subject)
}

interface Identified {
  readonly file: OpenFile
  readonly format: FileFormat
  /** What is in the file and how it is read: when either changes, its rows are other events. */
  readonly subject: string
}

async function identify(path: string, mapping: Mapping | undefined): Promise<Identified> {
  const file = await openFile(path)
  const format = mapping === undefined ? recognise(path, file.head) : mappedCsv(path, file.head, mapping)
  const subject = createHash('sha256').update(JSON.stringify([file.fingerprint, format.name, mapping ?? null]))
  return { file, format, subject: subject.digest('hex').slice(0, 32) }
}

function refuseOtherCurrency(path: string, { title, currency }: FileFormat, shops: string): void {
  if (currency === undefined || currency === shops) return
  const message = `${path} is in ${currency} (${title.split(':')[0]}), this shop in ${shops}. Nothing was sent. Start with TARANG_CURRENCY=${currency}, on data of its own.`
  throw new ReplayRefused('currency_unsupported', message)
}

async function sendFrom(from: Place, { file, format, subject }: Identified, options: ReplayOptions): Promise<ReplaySummary> {
  const { sink, clock, speed = 'max', bookmarks, onBegin, onProgress, signal } = options
  const shop: Shop = { ...options.shop, now: clock.now() }
  const looked = speed === 'max' ? undefined : await lookThrough(from, file, format, shop)
  onBegin?.(from.line, looked)
  const faults = { skipped: new Tallies(), rejected: new Tallies() }
  const reading = file.read(from.byte)
  const sender = oneAhead(
    sink,
    atMostEvery(clock, KEEP_EVERY_MS, async place => bookmarks?.keep(subject, place)),
  )
  const teller = new ProgressTeller(clock, reading, sender.sent, progress => onProgress?.(progress))
  let end = from
  let damage: string | undefined

  async function* rows(): AsyncGenerator<Placed> {
    for await (const placed of untilDamaged(readRows(format, reading.bytes, from), why => {
      damage = why
    })) {
      if (signal?.aborted) return
      end = placed.after
      teller.row()
      yield placed
    }
  }

  try {
    for await (const batch of batchesOf(arrivals(rows(), shop, faults), options, looked, teller)) {
      if (signal?.aborted) break
      await sender.send(batch)
    }
    await sender.done()
    teller.tell()
  } finally {
    reading.close()
  }
  const complete = signal?.aborted !== true && damage === undefined
  if (complete) await bookmarks?.keep(subject, end)
  const { skipped, rejected } = faults
  return {
    format: format.name,
    from: from.line,
    rows: teller.rows,
    sent: sender.sent(),
    skipped: skipped.all(),
    rejected: rejected.all(),
    seconds: teller.seconds(),
    complete,
    ...(damage === undefined ? {} : { damage }),
  }
}

function batchesOf(
  events: AsyncIterable<Arrival>,
  { speed = 'max', batchSize: size = 2000, clock, signal }: ReplayOptions,
  looked: Survey | undefined,
  teller: ProgressTeller,
): AsyncIterable<Batch> {
  if (speed === 'max' || looked === undefined) return inBatches(events, size)
  const tick = (at: number, behind: number) => teller.paced(speed, looked, at, behind)
  return atPace(events, { factor: speed, size, clock, signal, tick })
}

/** What is left of a file that is to be sent at its own pace. What is wrong with its rows is told when they are sent. */
async function lookThrough(from: Place, file: OpenFile, format: FileFormat, shop: Shop): Promise<Survey> {
  const reading = file.read(from.byte)
  const unheard = { skipped: new Tallies(), rejected: new Tallies() }
  try {
    return await survey(
      arrivals(
        untilDamaged(readRows(format, reading.bytes, from), () => {}),
        shop,
        unheard,
      ),
    )
  } finally {
    reading.close()
  }
}

/** Ends where the file cannot be read on. What whoever takes the rows throws does not come by here. */
async function* untilDamaged(rows: AsyncIterable<Placed>, told: (why: string) => void): AsyncGenerator<Placed> {
  try {
    yield* rows
  } catch (error) {
    if (!(error instanceof FileDamaged)) throw error
    told(error.message)
  }
}

function atMostEvery<T>(clock: Clock, ms: number, act: (value: T) => Promise<void>): (value: T) => Promise<void> {
  let last = Number.NEGATIVE_INFINITY
  return async value => {
    if (clock.monotonic() - last < ms) return
    last = clock.monotonic()
    await act(value)
  }
}
