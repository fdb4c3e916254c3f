import { createWriteStream } from 'node:fs'
import { Command, InvalidArgumentError } from 'commander'
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
  readonly days: number
  readonly products: number
  readonly until: string | undefined
  readonly currency: string
  readonly only: ReadonlySet<string> | undefined
  readonly out: string | undefined
  readonly json?: true
}

export const generateCommand = (): Command =>
  new Command('generate')
    .description('Write the events of a synthetic shop as JSONL, one event of POST /v1/events per line.')
    .option('--customers <n>', 'how many customers', whole, 1000)
    .option('--seed <n>', 'the same seed and options give the same bytes', whole, 1)
    .option('--days <n>', 'how long a history', whole, 365)
    .option('--products <n>', 'how many products', whole, 200)
    .option('--until <instant>', 'when the history ends, ISO 8601; today at 00:00 UTC unless told otherwise')
    .option('--currency <code>', 'ISO 4217', currency, 'PKR')
    .option('--only <types>', 'leave out all events but these and the catalogue, such as purchase,profile', types)
    .option('--out <file>', 'where to write; standard output unless told otherwise')
    .option('--json', 'print how many events were written, and their bytes, as one JSON object; with --out')
    .action(generate)

function currency(text: string): string {
  if (!/^[A-Z]{3}$/.test(text)) throw new InvalidArgumentError('Expected an ISO 4217 code of three capital letters, such as PKR.')
  return text
}

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
  if (options.json && options.out === undefined)
    throw new Complaint('--json goes with --out: without it standard output is the events themselves')
  const shop = syntheticShop({ ...options, until })
  const out = options.out === undefined ? process.stdout : createWriteStream(options.out)
  const progress = progressLine(systemClock)
  const { events, bytes } = await writeJsonl(kept(shop.history(), options.only), out, written => {
    const done = (Date.parse(written.reached) - shop.from) / (shop.until - shop.from)
    progress.show(`${written.events} events, ${Math.round(done * 100)} %, at ${written.reached.slice(0, 10)}`)
  })
  if (options.json) console.log(JSON.stringify({ events, bytes, out: options.out }))
  progress.end(`${events} events, ${(bytes / 1e6).toFixed(1)} MB${options.out === undefined ? '' : ` in ${options.out}`}`)
}
