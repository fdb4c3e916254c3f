import { createWriteStream } from 'node:fs'
import { Command, InvalidArgumentError } from 'commander'
import { ledger } from '../../producers/shop/ledger/ledger.ts'
import { writeLedger } from '../../producers/shop/ledger/write-ledger.ts'
import { syntheticShop } from '../../producers/shop/synthetic-shop.ts'
import { writeJsonl } from '../../producers/shop/write-jsonl.ts'
import { type Inbound, inbound } from '../../schemas/events.ts'
import { systemClock } from '../../streams/clock.ts'
import { Complaint } from './complaint.ts'
import { progressLine } from './progress-line.ts'
import { whole } from './whole.ts'

interface Options {
  readonly customers: number
  readonly seed: number
  readonly days: number | undefined
  readonly products: number
  readonly until: string | undefined
  readonly currency: string
  readonly only: ReadonlySet<string> | undefined
  readonly out: string | undefined
  readonly csv: string | undefined
  readonly lines: number | undefined
  readonly json?: true
}

export const generateCommand = (): Command =>
  new Command('generate')
    .description(
      'Write the events of a synthetic shop as JSONL, one event of POST /v1/events per line, or its books as the three CSV files that `tarang analyze` reads.',
    )
    .option('--customers <n>', 'how many customers', whole, 1000)
    .option('--seed <n>', 'the same seed and options give the same bytes', whole, 1)
    .option('--days <n>', 'how long a history; 365 unless told otherwise, of CSV files 762: two years and a month', whole)
    .option('--products <n>', 'how many products', whole, 200)
    .option('--until <instant>', 'when the history ends, ISO 8601; today at 00:00 UTC unless told otherwise')
    .option('--currency <code>', 'ISO 4217', currency, 'PKR')
    .option('--only <types>', 'leave out all events but these and the catalogue, such as purchase,profile', types)
    .option(
      '--csv <folder>',
      'write customers.csv, products.csv and transactions.csv there; no JSONL then unless --out says where',
    )
    .option('--lines <n>', 'lines of orders a customer in transactions.csv, on average; 20 unless told otherwise', whole)
    .option('--out <file>', 'where to write; standard output unless told otherwise')
    .option('--json', 'print what was written, and its bytes, as one JSON object a line; with --out or --csv')
    .action(generate)

function currency(text: string): string {
  if (!/^[A-Z]{3}$/.test(text)) throw new InvalidArgumentError('Expected an ISO 4217 code of three capital letters, such as PKR.')
  return text
}

const EVENT_DAYS = 365
/** Whenever they end, 24 whole months are in them: seasons are told of years. */
const BOOK_DAYS = 762
const LINES = 20

const TYPES = Object.keys(inbound)

function types(text: string): ReadonlySet<string> {
  const wanted = text.split(',').map(type => type.trim())
  const unknown = wanted.filter(type => !TYPES.includes(type))
  if (unknown.length > 0) throw new InvalidArgumentError(`There is no ${unknown.join(', ')}; there are ${TYPES.join(', ')}.`)
  return new Set(['product', ...wanted])
}

function* kept(events: Iterable<Inbound>, only: ReadonlySet<string> | undefined): Generator<Inbound> {
  for (const event of events) if (only === undefined || only.has(event.type)) yield event
}

async function generate(options: Options): Promise<void> {
  const today = new Date(systemClock.now()).toISOString().slice(0, 10)
  const until = Date.parse(options.until ?? today)
  if (Number.isNaN(until)) throw new Complaint(`--until: ${options.until} is no instant; expected something like 2026-01-31`)
  if (options.json && options.out === undefined && options.csv === undefined)
    throw new Complaint('--json goes with --out or --csv: without them standard output is the events themselves')
  if (options.lines !== undefined && options.csv === undefined)
    throw new Complaint('--lines goes with --csv: an event of a purchase has the lines that it has')
  if (options.csv !== undefined) await books(options, options.csv, until)
  if (options.csv === undefined || options.out !== undefined) await events(options, until)
}

async function events({ days = EVENT_DAYS, ...options }: Options, until: number): Promise<void> {
  const shop = syntheticShop({ ...options, days, until })
  const out = options.out === undefined ? process.stdout : createWriteStream(options.out)
  const progress = progressLine(systemClock)
  const { events, bytes } = await writeJsonl(kept(shop.history(), options.only), out, written => {
    const done = (Date.parse(written.reached) - shop.from) / (shop.until - shop.from)
    progress.show(`${written.events} events, ${Math.round(done * 100)} %, at ${written.reached.slice(0, 10)}`)
  })
  if (options.json) console.log(JSON.stringify({ events, bytes, out: options.out }))
  progress.end(`${events} events, ${(bytes / 1e6).toFixed(1)} MB${options.out === undefined ? '' : ` in ${options.out}`}`)
}

async function books(
  { days = BOOK_DAYS, lines = LINES, json, ...options }: Options,
  folder: string,
  until: number,
): Promise<void> {
  if (options.only !== undefined && options.out === undefined)
    throw new Complaint('--only says which events are written as JSONL; with --csv it needs --out')
  const progress = progressLine(systemClock)
  const written = await writeLedger(ledger({ ...options, days, lines, until }), folder, (file, rows) =>
    progress.show(`${file}: ${rows} rows`),
  )
  if (json) console.log(JSON.stringify({ ...written, csv: folder }))
  const { customers, orders, bytes } = written
  progress.end(`${customers} customers, ${orders} orders, ${written.lines} lines, ${(bytes / 1e6).toFixed(1)} MB in ${folder}`)
}
