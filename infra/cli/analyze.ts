import { existsSync } from 'node:fs'
import { mkdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Command, InvalidArgumentError } from 'commander'
import { systemClock } from '../../streams/clock.ts'
import { type Analysis, type AnalysisOptions, analyzeShop } from '../analytics/analyze-shop.ts'
import { writeAnalysis } from '../analytics/files/write-analysis.ts'
import { readShop } from '../analytics/read/read-shop.ts'
import type { Validation } from '../analytics/read/validation.ts'
import { readVariants } from '../analytics/recommend/simulate.ts'
import type { ShopColumns } from '../analytics/shop-columns.ts'
import { Complaint } from './complaint.ts'
import { instant } from './instant.ts'
import { progressLine } from './progress-line.ts'
import { whole, wholeUpTo } from './whole.ts'

type Language = 'en' | 'ur'

/** Nobody tells more groups of customers apart, and each number of them is a fit of its own. */
const MOST_CLUSTERS = 50
/** Longer lists are a catalogue; each place in them is memory for every customer. */
const MOST_RECOMMENDED = 100
/** Days: what forecasts are made for at most (models/analytics/value/forecast-purchases.ts). */
const LONGEST_HORIZON = 36_400

interface Options {
  readonly customers?: string
  readonly products?: string
  readonly transactions?: string
  readonly live?: true
  readonly keepDuplicates?: true
  readonly out: string
  readonly asOf?: number
  readonly maxClusters: number
  readonly seed: number
  readonly recommendations: number
  readonly minConfidence: number
  readonly horizon: number
  readonly simulate?: string
  readonly currency?: string
  readonly languages: readonly Language[]
  readonly json?: true
}

export const analyzeCommand = (): Command =>
  new Command('analyze')
    .description('Analyse a shop from three CSV files: segments, clusters, value, recommendations, and reports to show around.')
    .option('--customers <csv>', 'customer_id,name,email,registration_date; plain or .gz')
    .option('--products <csv>', 'product_id,product_name,category,price')
    .option('--transactions <csv>', 'transaction_id,customer_id,product_id,purchase_date,price[,quantity]')
    .option('--live', 'instead of files: what the configured system has kept (DATABASE_URL, KAFKA_BROKERS or TARANG_DATA_DIR)')
    .option('--keep-duplicates', 'count lines that are alike in everything as many times as they are there')
    .requiredOption('--out <folder>', 'where to write; made if it is not there')
    .option('--as-of <date>', 'from when recency is measured; the end of the last day with a purchase unless told', instant)
    .option('--max-clusters <n>', 'look for at most so many clusters', wholeUpTo(MOST_CLUSTERS), 10)
    .option('--seed <n>', 'the same files, options and seed give the same results', whole, 42)
    .option('--recommendations <n>', 'at most so many products for each customer', wholeUpTo(MOST_RECOMMENDED), 3)
    .option('--min-confidence <share>', 'leave out what is less sure, from 0 to 1', share, 0.2)
    .option('--horizon <days>', 'how far ahead values are told', wholeUpTo(LONGEST_HORIZON), 365)
    .option(
      '--simulate <json>',
      'play variants of a campaign through: [{ "name", "segment"?, "conversion" | "lift", "discount"?, "cost"? }]',
    )
    .option('--currency <code>', 'what money is called in reports, such as PKR; of a live system its own')
    .option('--languages <list>', 'of the reports: en, ur or en,ur', languages, ['en', 'ur'])
    .option('--json', 'print what was found as one JSON object')
    .addHelpText(
      'after',
      `
Writes rfm.csv, clusters.json, recommendations.csv, validation.json, tables/ (every table as CSV and JSON), charts/ (PNG), report.html and report.pdf; of Urdu
report.ur.html and report.ur.pdf. Separators, encodings, decimal commas and forms of dates are found out, and what was repaired or left out is told.`,
    )
    .action(analyze)

function share(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !(value >= 0 && value <= 1))
    throw new InvalidArgumentError('Expected a number from 0 to 1, such as 0.2.')
  return value
}

function languages(text: string): readonly Language[] {
  const wanted = [...new Set(text.split(',').map(one => one.trim()))]
  if (wanted.length === 0 || !wanted.every(isLanguage)) throw new InvalidArgumentError('Expected en, ur or en,ur.')
  return wanted
}

const isLanguage = (text: string): text is Language => text === 'en' || text === 'ur'

async function analyze(options: Options): Promise<void> {
  const begun = systemClock.monotonic()
  const line = progressLine(systemClock)
  const stop = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => stop.abort(new Complaint('Stopped.')))
  const { signal } = stop
  await folderAt(options.out)
  const variants = options.simulate === undefined ? [] : await variantsIn(options.simulate)
  const seconds = () => `${((systemClock.monotonic() - begun) / 1000).toFixed(1)} s`
  const source = options.live ? await fromLive(line, signal) : await fromFiles(options, line, signal)
  const { shop, validation } = source
  line.end(`${seconds()}: read ${source.told}`)
  const analysis = await analyzeShop(shop, validation, optionsOf(options, source, variants), {
    signal,
    say: (stage, what) => line.show(`${stage}: ${what}`),
  })
  line.end(`${seconds()}: analysed ${shop.customers.id.length} customers, ${shop.lines.customer.length} lines`)
  await writeAnalysis(analysis, validation, options.out, signal)
  line.show('report')
  // ECharts and the maker of PDFs are loaded only by who wants a report.
  const { writeReport } = await import('../analytics/report/write-report.ts')
  await writeReport(analysis.tables, options.out, {
    languages: options.languages,
    signal,
    say: what => line.show(`report: ${what}`),
  })
  for (const { stage, says } of analysis.tables.degraded) line.end(`${stage}: ${says}`)
  line.end(`${seconds()}: ${join(options.out, options.languages[0] === 'ur' ? 'report.ur.html' : 'report.html')}`)
  print(analysis, validation, options, (systemClock.monotonic() - begun) / 1000)
}

async function variantsIn(path: string): Promise<AnalysisOptions['variants']> {
  const text = await readFile(path, 'utf8')
  try {
    return readVariants(text)
  } catch (error) {
    throw new Complaint(`--simulate: ${path}: ${(error as Error).message}`)
  }
}

async function folderAt(path: string): Promise<void> {
  if (existsSync(path) && !(await stat(path)).isDirectory()) throw new Complaint(`--out: ${path} is a file; name a folder.`)
  await mkdir(path, { recursive: true })
}

function filesOf({ customers, products, transactions }: Options) {
  if (customers === undefined || products === undefined || transactions === undefined)
    throw new Complaint('Name all three files, --customers, --products and --transactions, or say --live.')
  return { customers, products, transactions }
}

const optionsOf = (options: Options, source: Source, variants: AnalysisOptions['variants']): AnalysisOptions => ({
  asOf: options.asOf ?? source.asOf,
  maxClusters: options.maxClusters,
  seed: options.seed,
  recommendations: options.recommendations,
  minConfidence: options.minConfidence,
  horizonDays: options.horizon,
  currency: options.currency ?? source.currency,
  variants,
})

/** What is analysed, and how it is to be looked at unless somebody says otherwise. */
interface Source {
  readonly shop: ShopColumns
  readonly validation: Validation | undefined
  readonly currency: string
  readonly asOf: number | undefined
  /** What was read, for people. */
  readonly told: string
}

type Line = ReturnType<typeof progressLine>

async function fromFiles(options: Options, line: Line, signal: AbortSignal): Promise<Source> {
  const { shop, validation } = await readShop(filesOf(options), {
    now: systemClock.now(),
    signal,
    keepRepeated: options.keepDuplicates,
    say: ({ file, read, total }) => line.show(`reading ${file}: ${Math.round((100 * read) / Math.max(1, total))} %`),
  })
  return { shop, validation, currency: '', asOf: undefined, told: told(validation) }
}

async function fromLive(line: Line, signal: AbortSignal): Promise<Source> {
  // What a running system stands on takes a second to load.
  const [{ readConfig }, { readLiveShop }] = await Promise.all([
    import('../config.ts'),
    import('../analytics/live/read-live-shop.ts'),
  ])
  const { shop, lost, unreadable, currency, asOf } = await readLiveShop(readConfig(), systemClock.now(), {
    signal,
    onProgress: ({ read, all }) => line.show(`reading the log: ${Math.round((100 * read) / Math.max(1, all))} %`),
    warn: (message, details) => console.error(message, details),
  })
  const gone = lost.customers === 0 ? '' : `; of ${lost.customers} customers the log has no longer all that they bought`
  const foreign = unreadable === 0 ? '' : `; ${unreadable} records of another version were left out`
  return { shop, validation: undefined, currency, asOf, told: `${shop.lines.customer.length} lines of the log${gone}${foreign}` }
}

function told({ files, problems }: Validation): string {
  const sum = (of: 'used' | 'leftOut') => Object.values(files).reduce((all, file) => all + file[of], 0)
  const repaired = problems.filter(({ treatment }) => treatment === 'repaired').reduce((all, { rows }) => all + rows, 0)
  return `${sum('used')} rows; ${repaired} repaired, ${sum('leftOut')} left out (validation.json tells which)`
}

function print({ tables, value }: Analysis, validation: Validation | undefined, options: Options, seconds: number): void {
  if (!options.json) return
  const { columns, rows } = tables.tables.overview
  const overview = Object.fromEntries(columns.map(({ name }, at) => [name, rows[0]?.[at] ?? null]))
  console.log(
    JSON.stringify({
      out: options.out,
      seconds,
      overview,
      value: value.totals ?? null,
      clusters: tables.tables.clusters.rows.length,
      problems: validation?.problems.length ?? 0,
      degraded: tables.degraded,
    }),
  )
}
