import { createReadStream } from 'node:fs'
import { access, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock as clock } from '../../streams/clock.ts'
import { noOracles, oraclePython } from '../support/oracles.ts'
import { runTarang } from '../support/run-tarang.ts'
import type { Bench, BenchSettings } from './bench.ts'
import { type Result, resultOf } from './result.ts'
import { roundsOf, type Took, whatItTook } from './what-it-took.ts'

const SIZES = [1000, 10_000, 100_000]
const [LINES, PRODUCTS, UNTIL] = [20, 1000, '2026-01-01']
const tarang = join(import.meta.dirname, '../../infra/cli/tarang.js')
const analyst = join(import.meta.dirname, '../oracles/analyst.py')
const PEER = 'pandas, scikit-learn, scipy and lifetimes (test/oracles/analyst.py)'

type Settings = Pick<BenchSettings, 'rounds' | 'customers' | 'say'>

/**
 * `tarang analyze` from the shell's point of view: three files in, all it writes out. Compared with the same analysis in Python; with `--customers N`
 * with reading so many customers' files, once, for the peer would not get there.
 */
export const analytics: Bench = settings => measureAnalytics(settings, tarang)

/** @param command what is called as `tarang` is: `command analyze --customers …` */
export async function measureAnalytics({ rounds, customers, say }: Settings, command: string): Promise<Result[]> {
  if (oraclePython === undefined && customers === undefined) throw new Error(noOracles)
  const folder = await mkdtemp(join(tmpdir(), 'tarang-analytics-'))
  try {
    if (customers !== undefined) return [await alone(await shopOf(folder, customers, say), command, say)]
    const results: Result[] = []
    for (const size of SIZES) results.push(...(await beside(await shopOf(folder, size, say), command, rounds, say)))
    return results
  } finally {
    await rm(folder, { recursive: true })
  }
}

interface WrittenShop {
  readonly folder: string
  readonly customers: number
  readonly what: string
  readonly files: readonly string[]
}

async function shopOf(parent: string, customers: number, say: Settings['say']): Promise<WrittenShop> {
  const folder = join(parent, `${customers}`)
  const size = ['--customers', `${customers}`, '--products', `${PRODUCTS}`, '--lines', `${LINES}`, '--until', UNTIL]
  const { code, stdout, stderr } = await runTarang(['generate', '--csv', folder, ...size, '--json'])
  if (code !== 0) throw new Error(`tarang generate ended with ${code}:\n${stderr}`)
  const { lines } = JSON.parse(stdout)
  const what = `${customers.toLocaleString('en-US')} customers, ${lines.toLocaleString('en-US')} lines`
  say(`analytics: ${what}`)
  await mkdir(join(folder, 'out'))
  return { folder, customers, what, files: ['customers', 'products', 'transactions'].map(name => join(folder, `${name}.csv`)) }
}

async function beside(shop: WrittenShop, command: string, rounds: number, say: Settings['say']): Promise<Result[]> {
  const [ours, theirs]: [Took[], Took[]] = [[], []]
  // The first time, programs come from the disk: the smallest size is run once for that.
  for (let round = shop.customers === SIZES[0] ? 0 : 1; round <= rounds; round++) {
    const [one, other] = [await analyze(shop, command), await peer(shop)]
    const told = [one, other].map(
      took => `${took.wallSeconds.toFixed(1)} s, ${took.cpuSeconds.toFixed(1)} s of CPU, ${Math.round(took.peakMib)} MiB`,
    )
    say(`analytics: ${round === 0 ? 'warming up' : `round ${round} of ${rounds}`}: ${told.join(' beside ')}`)
    if (round === 0) continue
    ours.push(one)
    theirs.push(other)
  }
  const [measured, baselines] = [roundsOf(shop.customers, ours), roundsOf(shop.customers, theirs)]
  const named = { bench: 'analytics', baseline_of: PEER }
  return [
    resultOf({ ...named, case: shop.what, unit: 'customers/s' }, measured.wall, baselines.wall),
    resultOf({ ...named, case: `${shop.what}: of CPU time`, unit: 'customers/CPU s' }, measured.cpu, baselines.cpu),
    resultOf({ ...named, case: `${shop.what}: peak memory, less is better`, unit: 'MiB' }, measured.memory, baselines.memory),
  ]
}

async function alone(shop: WrittenShop, command: string, say: Settings['say']): Promise<Result> {
  const began = clock.monotonic()
  for (const file of shop.files) for await (const _ of createReadStream(file));
  const reading = shop.customers / ((clock.monotonic() - began) / 1000)
  const took = await analyze(shop, command)
  const peak = Math.round(took.peakMib)
  say(`analytics: ${took.wallSeconds.toFixed(1)} s, ${took.cpuSeconds.toFixed(1)} s of CPU, ${peak} MiB`)
  const named = { bench: 'analytics', unit: 'customers/s', baseline_of: 'its files read and nothing else' }
  const what = `${shop.what}; ${took.wallSeconds.toFixed(1)} s, ${peak} MiB at most`
  return resultOf({ ...named, case: what }, roundsOf(shop.customers, [took]).wall, [{ rate: reading }])
}

/** With all recommendations, however sure: the peer gives everybody three too. */
async function analyze({ folder, files, customers }: WrittenShop, command: string): Promise<Took> {
  const out = join(folder, 'out', 'ours')
  const named = ['--customers', '--products', '--transactions'].flatMap((name, at) => [name, files[at]!])
  const took = await whatItTook(command, ['analyze', ...named, '--min-confidence', '0', '--out', out], join(folder, 'took.json'))
  await expectDone(out, customers, ['report.html', 'report.pdf', 'clusters.json', 'validation.json'])
  return took
}

async function peer({ folder, files, customers }: WrittenShop): Promise<Took> {
  const out = join(folder, 'out', 'theirs')
  const took = await whatItTook(oraclePython!, [analyst, ...files, out], join(folder, 'took.json'))
  await expectDone(out, customers, ['clusters.json', 'validation.json'])
  return took
}

/** What was not done took no time: every customer is in rfm.csv, most have recommendations, the other files are there. The next round begins without them. */
async function expectDone(out: string, customers: number, others: readonly string[]): Promise<void> {
  const rows = async (name: string) => (await linesOf(join(out, name))) - 1
  const [scored, recommended] = [await rows('rfm.csv'), await rows('recommendations.csv')]
  for (const name of others) await access(join(out, name))
  if (scored !== customers || recommended < customers)
    throw new Error(`${out}: ${scored} of ${customers} customers in rfm.csv, ${recommended} recommendations`)
  await rm(out, { recursive: true })
}

async function linesOf(file: string): Promise<number> {
  let count = 0
  for await (const chunk of createReadStream(file))
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) count++
  return count
}
