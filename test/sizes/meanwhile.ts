import { systemClock as clock } from '../../streams/clock.ts'
import { percentile } from '../bench/result.ts'
import { scrape } from '../support/scrape.ts'

const EVERY_MS = 200
/** What people look at while a history comes in. */
const LOOKED_AT = ['/', '/segments', 'recommendations', 'customers'] as const

/** How often it is told how far things are. */
const TELL_MS = 60_000

/** What it was like for those who looked. Latencies in ms. */
export interface Meanwhile {
  readonly mostResidentBytes: number
  /** Until everything but lists was up to date. */
  readonly foldedAfterSeconds: number
  readonly looks: readonly { readonly path: string; readonly count: number; readonly p50: number; readonly p99: number }[]
}

/**
 * Looks at pages and at customers until it is stopped, at `url`, and at how much memory `engine` has and how far it is. Any answer but 200, or 404 of a
 * customer, is an error.
 */
export function look(url: string, engine: string, customers: number): { stop(): Promise<Meanwhile> } {
  const latencies = new Map<string, number[]>(LOOKED_AT.map(path => [path, []]))
  const started = clock.monotonic()
  let [most, folded, told, over] = [0, started, started, false]
  let n = 0
  const looking = (async () => {
    for (; !over; await clock.sleep(EVERY_MS)) {
      for (const path of LOOKED_AT) {
        n = (n + 7919) % customers // a prime: it comes by all of them
        const id = `cust-${String(n + 1).padStart(6, '0')}`
        const begun = clock.monotonic()
        const { status } = await fetch(`${url}${path.startsWith('/') ? path : `/${path}/${id}`}`).then(async answer => {
          await answer.arrayBuffer()
          return answer
        })
        if (status !== 200 && !(path === 'customers' && status === 404)) throw new Error(`${path} answered ${status}`)
        latencies.get(path)!.push(clock.monotonic() - begun)
      }
      const now = clock.monotonic()
      const scraped = await scrape(engine)
      const resident = scraped.value('process_resident_memory_bytes') ?? 0
      const lags = scraped.series('tarang_lag_records')
      most = Math.max(most, resident)
      if (lags.some(({ labels, value }) => labels.processor !== 'scorer' && value > 0)) folded = now
      if (now - told < TELL_MS) continue
      told = now
      const behind = lags.map(({ labels, value }) => `${labels.processor} ${value}`).join(', ')
      console.error(`${((now - started) / 60_000).toFixed(0)} min, ${(resident / 1e6).toFixed(0)} MB; behind: ${behind}`)
    }
  })()
  looking.catch(() => {}) // told by stop
  return {
    async stop() {
      over = true
      await looking
      const looks = [...latencies].map(([path, all]) => ({
        path,
        count: all.length,
        p50: percentile(all, 0.5),
        p99: percentile(all, 0.99),
      }))
      return { mostResidentBytes: most, foldedAfterSeconds: (folded - started) / 1000, looks }
    },
  }
}
