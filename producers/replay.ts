import { acceptEvent } from '../schemas/accept-event.ts'
import type { Inbound } from '../schemas/events.ts'
import type { Shop } from '../schemas/shop.ts'
import type { Clock } from '../streams/clock.ts'
import type { FileFormat, Row } from './files/file-format.ts'
import { type OpenFile, openFile } from './files/open-file.ts'
import { readRows } from './files/read-rows.ts'
import { recognise } from './files/recognise.ts'
import { ReplayRefused } from './replay-refused.ts'
import type { Sink } from './sink.ts'
import { Tallies, type Tally } from './tally.ts'

export interface ReplayOptions {
  readonly shop: Omit<Shop, 'now'>
  readonly sink: Sink
  readonly clock: Clock
  /** Events in one `send`; 2,000 unless told otherwise, what HTTP takes at once. */
  readonly batchSize?: number
  /** Told of how far it is, about four times a second, and once at the end. */
  readonly onProgress?: (progress: ReplayProgress) => void
  /** Stops between two batches; what was sent is then told by the summary. */
  readonly signal?: AbortSignal
}

export interface ReplayProgress {
  readonly rows: number
  readonly sent: number
  readonly bytesRead: number
  readonly bytesTotal: number
  readonly rowsPerSecond: number
  /** By the bytes read so far at the speed so far; undefined before there is one. */
  readonly secondsLeft: number | undefined
}

export interface ReplaySummary {
  readonly format: string
  /** Rows with something on them, a header not counted: sent + skipped + rejected, unless it was stopped. */
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

/**
 * Sends the events of a file. Each row stands for itself: one that is broken or refused is counted, with its reason and number, and its
 * neighbours go through. One batch is on its way while the next is read. Throws what the sink throws, and `ReplayRefused` before anything
 * is sent when the file is of no known kind or in a currency that is not the shop's.
 */
export async function replay(path: string, options: ReplayOptions): Promise<ReplaySummary> {
  const file = await openFile(path)
  try {
    const format = recognise(path, file.head)
    refuseOtherCurrency(path, format, options.shop.currency)
    return await sendRows(file, format, options)
  } finally {
    file.bytes.destroy()
  }
}

function refuseOtherCurrency(path: string, { title, currency }: FileFormat, shops: string): void {
  if (currency === undefined || currency === shops) return
  const message = `${path} is in ${currency} (${title.split(':')[0]}), this shop in ${shops}. Nothing was sent. Start with TARANG_CURRENCY=${currency}, on data of its own.`
  throw new ReplayRefused('currency_unsupported', message)
}

async function sendRows(file: OpenFile, format: FileFormat, options: ReplayOptions): Promise<ReplaySummary> {
  const { sink, clock, batchSize = 2000, onProgress, signal } = options
  const shop: Shop = { ...options.shop, now: clock.now() }
  const begun = clock.monotonic()
  const seconds = () => (clock.monotonic() - begun) / 1000
  const faults: Faults = { skipped: new Tallies(), rejected: new Tallies() }
  const sender = oneAhead(sink)
  const tell = () => onProgress?.(progressOf({ rows, sent: sender.sent(), elapsed: seconds() }, file))
  let [rows, told] = [0, 0]
  let batch: Inbound[] = []
  let damage: string | undefined

  for await (const row of untilDamaged(readRows(format, file.bytes))) {
    if (signal?.aborted) break
    rows += 1
    const event = eventOf(row, shop, faults)
    if (event !== undefined) batch.push(event)
    if (batch.length === batchSize) {
      await sender.send(batch)
      batch = []
    }
    if (rows % 500 === 0 && seconds() - told > 0.25) {
      told = seconds()
      tell()
    }
  }
  const stopped = signal?.aborted === true
  if (!stopped && batch.length > 0) await sender.send(batch)
  await sender.done()
  tell()
  const { skipped, rejected } = faults
  return {
    format: format.name,
    rows,
    sent: sender.sent(),
    skipped: skipped.all(),
    rejected: rejected.all(),
    seconds: seconds(),
    complete: !stopped && damage === undefined,
    ...(damage === undefined ? {} : { damage }),
  }

  /** Ends where the file cannot be read on. What the loop's own body throws does not come by here. */
  async function* untilDamaged(rows: AsyncIterable<Row>): AsyncGenerator<Row> {
    try {
      yield* rows
    } catch (error) {
      damage = (error as Error).message
    }
  }
}

interface Faults {
  readonly skipped: Tallies
  readonly rejected: Tallies
}

function eventOf(row: Row, shop: Shop, { skipped, rejected }: Faults): Inbound | undefined {
  if ('skipped' in row) {
    skipped.add(row.skipped, row.row)
    return undefined
  }
  const accepted = acceptEvent(row.raw, shop)
  if ('event' in accepted) return accepted.event
  const { code, pointer, message } = accepted.refusal
  rejected.add(code, row.row, `${pointer}: ${message}`)
  return undefined
}

/** Lets one batch be on its way: `send` waits for the one before, so order holds and no more than two batches are in memory. */
function oneAhead(sink: Sink): { send(batch: Inbound[]): Promise<void>; done(): Promise<void>; sent(): number } {
  let sent = 0
  let onItsWay: Promise<unknown> = Promise.resolve()
  const done = async () => {
    const failure = await onItsWay
    if (failure !== undefined) throw failure
  }
  return {
    async send(batch) {
      await done()
      onItsWay = sink.send(batch).then(
        () => {
          sent += batch.length
        },
        (failure: unknown) => failure ?? new Error('the sink failed without a reason'),
      )
    },
    done,
    sent: () => sent,
  }
}

function progressOf({ rows, sent, elapsed }: { rows: number; sent: number; elapsed: number }, file: OpenFile): ReplayProgress {
  const { read, total } = file.progress()
  const secondsLeft = read > 0 && total > 0 ? (elapsed * Math.max(0, total - read)) / read : undefined
  return { rows, sent, bytesRead: read, bytesTotal: total, rowsPerSecond: elapsed > 0 ? rows / elapsed : 0, secondsLeft }
}
