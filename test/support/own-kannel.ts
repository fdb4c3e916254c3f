import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseEnv, promisify } from 'node:util'
import type { ReceivedText } from '../../infra/stack/smsc/received.ts'

const project = fileURLToPath(new URL('../..', import.meta.url))
const script = join(project, 'infra/stack/stack')

/** The network behind Kannel, told what to do over HTTP (infra/stack/smsc/script.ts). */
export interface Network {
  texts(): Promise<ReceivedText[]>
  status(): Promise<{
    readonly binds: number
    readonly pending: number
    readonly refused: number
    readonly whole: number
    readonly receiptsOwed: number
  }>
  /** How it takes texts to a number, or all. */
  behave(behaviour: object, to?: string): Promise<void>
  /** A text from a handset. */
  inbound(from: string, text: string): Promise<void>
}

/** A Kannel that nobody else uses, with the network behind it. */
export interface OwnKannel {
  /** Its sendsms. */
  readonly url: string
  readonly network: Network
  /** kill -9 of both boxes. */
  kill(): Promise<void>
  start(): Promise<void>
  down(): Promise<void>
}

/** Starts both by `infra/stack`, on ports of their own. `inboundUrl`: where it hands texts from handsets to, with the key. */
export async function ownKannel({ inboundUrl, key }: { inboundUrl: string; key: string }): Promise<OwnKannel> {
  const home = join(project, `.stack/kannel-${process.pid}`)
  const env = {
    ...process.env,
    TARANG_STACK_HOME: home,
    TARANG_KANNEL_INBOUND_URL: inboundUrl,
    TARANG_KANNEL_CALLBACK_KEY: key,
  }
  const command = async (...args: string[]) => {
    await promisify(execFile)(script, args, { env, maxBuffer: 1 << 24 })
  }
  const down = () => command('wipe', '--all')
  await command('up', 'smsc', 'kannel').catch(async error => {
    await down()
    throw error
  })
  const { KANNEL_URL, SMSC_URL } = parseEnv(readFileSync(join(home, 'env'), 'utf8'))
  return {
    url: KANNEL_URL!,
    network: networkAt(SMSC_URL!),
    kill: () => command('kill', 'kannel'),
    start: () => command('start', 'kannel'),
    down,
  }
}

function networkAt(url: string): Network {
  const call = async (method: string, path: string, body?: object) => {
    const answer = await fetch(`${url}${path}`, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
    return answer.json()
  }
  return {
    texts: () => call('GET', '/texts') as Promise<ReceivedText[]>,
    status: () => call('GET', '/status') as ReturnType<Network['status']>,
    behave: async (behaviour, to) => {
      await call('PUT', to === undefined ? '/behaviour' : `/behaviour/${to.replace('+', '')}`, behaviour)
    },
    inbound: async (from, text) => {
      await call('POST', '/inbound', { from: from.replace('+', ''), to: '8585', text })
    },
  }
}
