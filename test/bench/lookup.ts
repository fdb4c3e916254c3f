import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startServer } from '../support/run-tarang.ts'
import { type Bench, PARTITIONS } from './bench.ts'
import { load } from './load.ts'
import { manyEvents } from './many-events.ts'
import { type Result, type Round, resultOf } from './result.ts'

const EVENTS = 20_000
const CUSTOMERS = 2000
const bare = fileURLToPath(new URL('./bare-fastify.ts', import.meta.url))
const cases = [
  { name: 'a hundred customers asked for again and again', of: 100 },
  { name: 'all customers in turn', of: Number.POSITIVE_INFINITY },
] as const

/** Stored recommendations, looked up by HTTP. Compared with a bare Fastify route that returns the same bytes. */
export const lookup: Bench = async ({ deploy, rounds, seconds, say }) => {
  const deployment = await deploy({ partitions: PARTITIONS })
  const server = await startServer(deployment.settings)
  const folder = mkdtempSync(join(tmpdir(), 'tarang-bench-'))
  try {
    say(`lookup: ${EVENTS} events of ${CUSTOMERS} customers`)
    const customers = await fill(server.url)
    const results: Result[] = []
    for (const { name, of } of cases) {
      const some = customers.slice(0, Math.min(of, customers.length))
      const body = await (await fetch(`${server.url}/recommendations/${some[0]}`)).text()
      writeFileSync(join(folder, 'body'), body)
      await using fastify = await bareFastify(join(folder, 'body'))
      let n = 0
      const request = () => ({ method: 'GET', path: `/recommendations/${some[n++ % some.length]}` }) as const
      const through = (url: string, duration: number) => load({ url, connections: 16, pipelining: 4, seconds: duration, request })
      say(`lookup, ${name}: warming up`)
      for (const url of [server.url, fastify.url]) await through(url, Math.min(3, seconds))
      const [measured, baselines]: [Round[], Round[]] = [[], []]
      for (let round = 1; round <= rounds; round++) {
        say(`lookup, ${name}: round ${round} of ${rounds}`)
        baselines.push(await through(fastify.url, seconds))
        measured.push(await through(server.url, seconds))
      }
      const baseline_of = 'a bare Fastify route returning the same bytes'
      const named = { bench: 'lookup', case: `${name} (${deployment.mode})`, unit: 'lookups/s', baseline_of }
      results.push(resultOf(named, measured, baselines))
    }
    return results
  } finally {
    rmSync(folder, { recursive: true })
    await server.stop()
    await deployment.dispose()
  }
}

/** Answers the customers who have lists once all of them are there. */
async function fill(url: string): Promise<string[]> {
  const events = manyEvents(CUSTOMERS)
  const customers = new Set<string>()
  let position = ''
  for (let sent = 0; sent < EVENTS; sent += 500) {
    const batch = Array.from({ length: 500 }, () => events.next().value)
    for (const event of batch) if (event.type === 'purchase') customers.add(event.customerId)
    const answer = await fetch(`${url}/v1/events?wait=applied`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ batch }),
    })
    if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`)
    position = ((await answer.json()) as { position: string }).position
  }
  for (let tries = 0; tries < 24; tries++)
    if ((await fetch(`${url}/recommendations/any?after=${position}`)).status !== 503) return [...customers]
  throw new Error('the events were not folded in two minutes')
}

async function bareFastify(file: string): Promise<{ url: string } & AsyncDisposable> {
  const child = fork(bare, [file], { execArgv: ['--import', 'tsx'] })
  const [url] = (await once(child, 'message')) as [string]
  return {
    url,
    async [Symbol.asyncDispose]() {
      child.kill()
      await once(child, 'exit')
    },
  }
}
