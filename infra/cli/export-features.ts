import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'
import { Command } from 'commander'
import type { Histories } from '../../models/ranker/histories.ts'
import { lessonsOf } from '../../models/ranker/train.ts'
import type { Examples } from '../../models/ranker/train-judges.ts'
import { systemClock } from '../../streams/clock.ts'
import { historiesOf } from '../evaluation/compare.ts'
import { readInteractions } from '../evaluation/read-interactions.ts'
import { readProducts } from '../evaluation/read-products.ts'
import { Collected } from '../training/collected.ts'
import { COLUMNS, rowsIn, rowsOf } from '../training/feature-rows.ts'
import { npyHeader } from '../training/npy-rows.ts'
import { readDeeds } from '../training/train-ranker.ts'
import { Complaint } from './complaint.ts'
import { openTables } from './open-tables.ts'
import { progressLine } from './progress-line.ts'

interface Options {
  readonly train?: string
  readonly products?: string
}

export const exportFeaturesCommand = (): Command =>
  new Command('export-features')
    .description(
      "Write what the ranker's second stage learns from: a row of features for each candidate of each list, and what became of it.",
    )
    .argument('<out.npy>', `a NumPy file of records of float32: ${COLUMNS.slice(0, 3).join(', ')}, then the features by name`)
    .option('--train <csv>', 'of this history (user,item,timestamp[,rating]) instead of what the shop holds')
    .option('--products <csv>', 'with --train: product_id,product_name,category,price')
    .addHelpText(
      'after',
      '\nLists of customers held back to judge judges by are not among them. models/train/train-xgboost.py trains on the file and writes ONNX, which TARANG_RANKER_ONNX names.',
    )
    .action(exportFeatures)

async function exportFeatures(out: string, options: Options): Promise<void> {
  const line = progressLine(systemClock)
  const { histories, texts } = await (options.train === undefined ? ofShop() : ofFiles(options.train, options.products))
  const { taught } = lessonsOf({ histories, texts, say: what => line.show(what) })
  if (taught.all.size === 0)
    throw new Complaint('There is nothing to export: no customer came back to buy what the ranker could have listed.')
  await write(out, taught.all)
  line.end(`${taught.all.size} lists, ${rowsIn(taught.all)} rows of ${COLUMNS.length} columns`)
}

interface Told {
  readonly histories: Histories
  readonly texts: readonly (string | undefined)[]
}

async function ofShop(): Promise<Told> {
  await using tables = await openTables()
  const collected = new Collected()
  await readDeeds(tables.sql, request => collected.take(request), { signal: new AbortController().signal })
  return collected.all
}

async function ofFiles(train: string, products: string | undefined): Promise<Told> {
  const { rows } = await readInteractions(train)
  const histories = historiesOf(rows)
  const texts = new Map<string, string>()
  if (products !== undefined)
    for (const event of (await readProducts(products, 0, 'USD')).events)
      if (event.type === 'product') texts.set(event.productId, [event.name, event.category].filter(Boolean).join(' '))
  return { histories, texts: histories.products.map(productId => texts.get(productId)) }
}

async function write(path: string, examples: Examples): Promise<void> {
  const out = createWriteStream(path)
  const written = finished(out).catch((error: NodeJS.ErrnoException) => {
    throw new Complaint(`${path} cannot be written (${error.code ?? error.message}).`)
  })
  written.catch(() => {}) // heard where it is awaited
  out.write(npyHeader(COLUMNS, rowsIn(examples)))
  let list = 0
  for (const example of examples) {
    const full = !out.write(Buffer.from(rowsOf(example, list++).buffer))
    if (full) await Promise.race([once(out, 'drain'), written])
  }
  out.end()
  await written
}
