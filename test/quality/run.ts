import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { between } from '../../infra/cli/between.ts'
import { difference, questionOf, type Result } from '../../infra/evaluation/compare.ts'
import { readInteractions } from '../../infra/evaluation/read-interactions.ts'
import { readProducts } from '../../infra/evaluation/read-products.ts'
import { runTarang } from '../support/run-tarang.ts'
import { ablations } from './ablation.ts'
import { retailSplit, type Split } from './retail-split.ts'

const K = 10

interface Options {
  readonly from: string
  readonly ablation?: true
  readonly record?: string
}

/** What `tarang evaluate --json` prints of a recommender. */
type Printed = Omit<Result, 'each'>

async function run({ from, ablation, record }: Options): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tarang-quality-'))
  try {
    const split = await retailSplit(from, folder)
    const text = ablation ? await ablated(split, from) : await evaluated(split, from)
    console.log(text)
    if (record !== undefined)
      writeFileSync(record, between(ablation ? 'ablation' : 'quality', readFileSync(record, 'utf8'), text))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Production's lists beside the recommenders to beat, for new items and for all. */
async function evaluated(split: Split, from: string): Promise<string> {
  const tables: string[] = []
  for (const includeSeen of [false, true]) {
    say(`evaluating ${includeSeen ? 'all' : 'new'} items`)
    const { code, stdout, stderr } = await runTarang([
      'evaluate',
      ...['--train', split.train, '--test', split.test, '--products', split.products, '--k', String(K), '--json'],
      ...(includeSeen ? ['--include-seen'] : []),
    ])
    if (code !== 0) throw new Error(stderr)
    const { results } = JSON.parse(stdout) as { results: readonly Printed[] }
    tables.push(
      [
        `${includeSeen ? 'All items' : 'New items only'}, ${results[0]!.users} users:`,
        '',
        `| | NDCG@${K} | 95 % | HR@${K} | recall@20 | coverage | Gini |`,
        '|---|---:|---|---:|---:|---:|---:|',
        ...results.map(row),
      ].join('\n'),
    )
  }
  return [`Online Retail, learnt from what was bought before ${from}, tested on what was bought from then on.`, ...tables].join(
    '\n\n',
  )
}

const row = ({ name, ndcg, hitRate, recall20, coverage, gini }: Printed): string => {
  const [mean, low, high, hit, recall, covered, even] = [ndcg.mean, ndcg.low, ndcg.high, hitRate, recall20, coverage, gini].map(
    value => value.toFixed(4),
  )
  return `| ${name} | ${mean} | ${low}–${high} | ${hit} | ${recall} | ${covered} | ${even} |`
}

/** What each part of the ranker adds: its lists without it. */
async function ablated(split: Split, from: string): Promise<string> {
  const [train, test] = [(await readInteractions(split.train)).rows, (await readInteractions(split.test)).rows]
  const texts = new Map<string, string>()
  for (const event of (await readProducts(split.products, 0, 'USD')).events)
    if (event.type === 'product') texts.set(event.productId, event.name ?? '')
  const questions = { fresh: questionOf(train, test, false), all: questionOf(train, test, true) }
  const lines: string[] = []
  let whole: { fresh: Result; all: Result } | undefined
  for (const one of ablations(train, questions, texts, K)) {
    whole ??= one
    const against = (result: Result, other: Result) => {
      const { mean, low, high } = difference(other, result) // what is lost without it
      return other === result ? '' : ` (${signed(mean)}; ${signed(low)} to ${signed(high)})`
    }
    lines.push(
      `| ${one.without} | ${one.fresh.ndcg.mean.toFixed(4)}${against(one.fresh, whole.fresh)} | ${one.all.ndcg.mean.toFixed(4)}${against(one.all, whole.all)} |`,
    )
    say(lines.at(-1)!)
  }
  return [
    `Online Retail before and from ${from}, NDCG@${K} of the ranker alone, trained without one part; in brackets what the part adds, with its 95 % interval.`,
    '',
    '| without | new items | all items |',
    '|---|---|---|',
    ...lines,
  ].join('\n')
}

const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(4)}`
const say = (what: string): void => void process.stderr.write(`${what}\n`)

await new Command('quality')
  .description('Measure how good lists are on Online Retail (../shared/data), split in time.')
  .option('--from <date>', 'where the test begins', '2011-08-01')
  .option('--ablation', 'train the ranker without each of its parts in turn instead')
  .option('--record <file>', 'write the result between <!-- quality --> or <!-- ablation --> and its end in this file')
  .action(run)
  .parseAsync()
