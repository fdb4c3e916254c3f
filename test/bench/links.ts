import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { systemClock as clock } from '../../streams/clock.ts'
import { startServer } from '../support/run-tarang.ts'
import { startGateway } from '../support/sms-gateway.ts'
import { type Bench, PARTITIONS } from './bench.ts'
import { load } from './load.ts'
import { type Result, type Round, resultOf } from './result.ts'

const LINKS = 500
const bare = fileURLToPath(new URL('./bare-redirect.ts', import.meta.url))
const cases = [
  { name: 'one visitor after another', connections: 1, pipelining: 1 },
  { name: 'as many as it takes, each visit written', connections: 16, pipelining: 4 },
] as const

/** Visits of short links, each redirected and on its way to the database. Compared with a bare Fastify route that redirects. */
export const links: Bench = async ({ deploy, rounds, seconds, say }) => {
  const folder = mkdtempSync(join(tmpdir(), 'tarang-bench-'))
  const gateway = await startGateway(join(folder, 'submitted'))
  const deployment = await deploy({ partitions: PARTITIONS, gatewayUrl: gateway.url })
  const server = await startServer({ ...deployment.settings, TARANG_LINK_BASE: 'http://s.example' })
  const child = fork(bare, [], { execArgv: ['--import', 'tsx'] })
  try {
    const [bareUrl] = (await once(child, 'message')) as [string]
    say(`links: ${LINKS} texts`)
    await ask(server.url)
    while (gateway.submitted().length < LINKS) await clock.sleep(250)
    const codes = gateway.submitted().map(({ text }) => /\/r\/(\w+)/.exec(text)![1]!)
    let n = 0
    const request = () => ({ method: 'GET', path: `/r/${codes[n++ % codes.length]}` }) as const
    const results: Result[] = []
    for (const { name, ...many } of cases) {
      const through = (url: string, duration: number) => load({ url, ...many, seconds: duration, request })
      say(`links, ${name}: warming up`)
      for (const url of [server.url, bareUrl]) await through(url, Math.min(3, seconds))
      const [measured, baselines]: [Round[], Round[]] = [[], []]
      for (let round = 1; round <= rounds; round++) {
        say(`links, ${name}: round ${round} of ${rounds}`)
        baselines.push(await through(bareUrl, seconds))
        measured.push(await through(server.url, seconds))
      }
      const baseline_of = 'a bare Fastify route that redirects'
      const named = { bench: 'links', case: `${name} (${deployment.mode})`, unit: 'visits/s', baseline_of }
      results.push(resultOf(named, measured, baselines))
    }
    return results
  } finally {
    child.kill()
    await server.stop()
    await gateway.close()
    await deployment.dispose()
    rmSync(folder, { recursive: true })
  }
}

async function ask(url: string): Promise<void> {
  for (let n = 0; n < LINKS; n++) {
    const to = `+92300${String(n).padStart(7, '0')}`
    const body = { id: `bench-${n}`, to, text: 'Sale! {{link}}', link: 'https://shop.example/sale', class: 'transactional' }
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(`${url}/sms/requests`, { method: 'POST', headers, body: JSON.stringify(body) })
    if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`)
  }
}
