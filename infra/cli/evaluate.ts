import { createWriteStream } from 'node:fs'
import { finished } from 'node:stream/promises'
import { Command } from 'commander'
import type { OutsideTrees } from '../../models/ranker/outside-trees.ts'
import { recommend } from '../../models/recommend.ts'
import { systemClock } from '../../streams/clock.ts'
import {
  baselineLists,
  difference,
  historiesOf,
  LISTED,
  type Question,
  questionOf,
  type Result,
  resultOf,
} from '../evaluation/compare.ts'
import { historyEvents } from '../evaluation/history-events.ts'
import { type Interactions, readInteractions } from '../evaluation/read-interactions.ts'
import { readProducts } from '../evaluation/read-products.ts'
import { openReplayedShop, type ReplayedShop, readyRanker } from '../evaluation/replayed-shop.ts'
import { resultTable } from '../evaluation/result-table.ts'
import { openOnnxTrees } from '../training/onnx-trees.ts'
import { Complaint } from './complaint.ts'
import { progressLine } from './progress-line.ts'
import { whole } from './whole.ts'

interface Options {
  readonly train: string
  readonly test: string
  readonly products?: string
  readonly k: number
  readonly out?: string
  readonly includeSeen?: true
  readonly baselines: boolean
  readonly rankerOnnx?: string
  readonly explain?: true
  readonly json?: true
}

export const evaluateCommand = (): Command =>
  new Command('evaluate')
    .description(
      'Replay a history through the processors and the scorer of production, and measure its lists against what users took afterwards.',
    )
    .requiredOption('--train <csv>', 'the history: user,item,timestamp[,rating]; plain or .gz')
    .requiredOption('--test <csv>', 'what came after it, in the same columns')
    .option('--products <csv>', 'product_id,product_name,category,price')
    .option('--k <n>', 'length of the lists that are measured', whole, 10)
    .option('--out <csv>', `write user,item,rank: ${LISTED} a user`)
    .option('--include-seen', 'let items come again that a user has in the history')
    .option('--no-baselines', 'leave out popularity, item-kNN, user-kNN, EASE and ALS, learnt from the same history')
    .option('--ranker-onnx <file>', 'trees from elsewhere that the ranker uses where they do better, as TARANG_RANKER_ONNX')
    .option('--explain', 'with --out: a column that says why each item is on its list')
    .option('--json', 'print the results as one JSON object')
    .addHelpText(
      'after',
      '\nA timestamp is ISO 8601 or seconds since 1970. Without a rating a row is a purchase; a rating of 4 and more is one too, 3 is a look, less a dislike.\nEverything runs in a folder that is gone afterwards; no Tarang need be running, and none is touched.',
    )
    .action(evaluate)

interface Listed {
  readonly productId: string
  readonly why: string
}

async function evaluate(options: Options): Promise<void> {
  const begun = systemClock.monotonic()
  const line = progressLine(systemClock)
  const stop = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort())
  const [train, test] = [await read(options.train, line), await read(options.test, line)]
  if (train.rows.length === 0)
    throw new Complaint(`${options.train} has no row that can be read: there is nothing to learn from.`)
  const question = questionOf(train.rows, test.rows, options.includeSeen ?? false)
  if (question.taken.size === 0)
    throw new Complaint(
      `Nobody in ${options.test} takes anything that counts: the rows are looks, dislikes, or items they had before (--include-seen).`,
    )
  await using outside = options.rankerOnnx === undefined ? undefined : await openTrees(options.rankerOnnx)
  await using shop = await openReplayedShop({ line, signal: stop.signal })
  const lists = await ours(shop, train, question, options, { line, outside })
  if (options.out !== undefined) await writeLists(options.out, lists, options.explain ?? false)
  const histories = historiesOf(train.rows)
  const names = new Map([...lists].map(([user, list]): [string, string[]] => [user, list.map(({ productId }) => productId)]))
  const results = [resultOf('tarang', names, question, histories.products.length, options.k)]
  if (options.baselines)
    for (const { name, lists } of baselineLists(histories, question, train.rows)) {
      line.show(`comparing with ${name}`)
      results.push(resultOf(name, lists, question, histories.products.length, options.k))
    }
  line.end(`${question.taken.size} users, ${histories.products.length} products`)
  print(results, options, (systemClock.monotonic() - begun) / 1000)
}

async function read(path: string, line: ReturnType<typeof progressLine>): Promise<Interactions> {
  const found = await readInteractions(path)
  line.end(
    `${path}: ${found.rows.length} rows${found.faults.count === 0 ? '' : `, ${found.faults.count} left out (${found.faults.first.join('; ')})`}`,
  )
  return found
}

/** The lists of every test user, by what production runs. */
async function ours(
  shop: ReplayedShop,
  { rows }: Interactions,
  question: Question,
  { products, includeSeen, rankerOnnx }: Options,
  { line, outside }: { line: ReturnType<typeof progressLine>; outside: OutsideTrees | undefined },
): Promise<Map<string, readonly Listed[]>> {
  if (products !== undefined) {
    const { events, broken } = await readProducts(products, rows[0]!.at, shop.currency)
    const refused = await shop.replay(events, events.length)
    line.end(`${products}: ${events.length - refused} products, ${broken + refused} left out`)
  }
  const refused = await shop.replay(historyEvents(rows, shop.currency), rows.length)
  if (refused > 0) line.end(`${refused} events of the history were refused`)
  const learnt = readyRanker(await shop.train(rankerOnnx), outside)
  line.end(
    learnt === undefined
      ? 'too little to learn from: lists are made without a trained ranker'
      : `learnt from ${learnt.report.all.lists} lists of ${learnt.report.customers} users; judges: ${learnt.report.fresh.kept} for new items, ${learnt.report.all.kept} for all`,
  )
  const items = await shop.items()
  const now = rows.at(-1)!.at
  const lists = new Map<string, readonly Listed[]>()
  for (const [user, taste] of await shop.tastes([...question.taken.keys()])) {
    const seen = question.seen.get(user)
    const fresh = LISTED + taste.looked.size + taste.disliked.size
    const list = recommend(taste, items, now, learnt?.ranker, { fresh, again: includeSeen ? LISTED : 0 })
    const asked = includeSeen ? list : list.filter(({ productId }) => !seen?.has(productId))
    lists.set(
      user,
      asked
        .sort((a, b) => b.score - a.score)
        .slice(0, LISTED)
        .map(({ productId, reasons }) => ({
          productId,
          why: reasons.map(({ strategy, score, because }) => [strategy, score, ...(because ?? [])].join(' ')).join('; '),
        })),
    )
  }
  return lists
}

async function openTrees(path: string) {
  const trees = await openOnnxTrees(path).catch((error: Error) => {
    throw new Complaint(error.message)
  })
  return { ...trees, [Symbol.asyncDispose]: () => trees.close() }
}

async function writeLists(path: string, lists: ReadonlyMap<string, readonly Listed[]>, explain: boolean): Promise<void> {
  const out = createWriteStream(path)
  out.write(explain ? 'user,item,rank,why\n' : 'user,item,rank\n')
  for (const [user, list] of lists)
    for (const [place, { productId, why }] of list.entries())
      out.write(`${[field(user), field(productId), place + 1, ...(explain ? [field(why)] : [])].join(',')}\n`)
  out.end()
  await finished(out)
}

const field = (text: string): string => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)

function print(results: readonly Result[], { json, k, includeSeen }: Options, seconds: number): void {
  if (json)
    console.log(
      JSON.stringify({ k, items: includeSeen ? 'all' : 'new', seconds, results: results.map(({ each, ...result }) => result) }),
    )
  else console.log(resultTable(results, k, includeSeen ?? false, difference))
  if (!json) console.log(`\n${seconds.toFixed(0)} s`)
}
