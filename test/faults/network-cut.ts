import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Fault } from './fault.ts'
import { refusal } from './refusal.ts'

const relay = fileURLToPath(new URL('./relay.ts', import.meta.url))
/** A net of two addresses that nothing else on the machine uses, nor what a killed run left of its own: ours and the namespace's. */
const net = `10.231.${(process.pid >> 6) & 255}`
const [HERE, THERE] = [1, 2].map(n => `${net}.${4 * (process.pid & 63) + n}`) as [string, string]

const ip = (...args: string[]) => execFileSync('ip', args, { stdio: 'pipe' })

/** A host of its own on this machine: a network namespace whose only way out is one wire, on which the given ports of 127.0.0.1 are reached. */
async function host(name: string, ports: readonly number[]) {
  const inside = ['ip', 'netns', 'exec', name]
  const relays: ChildProcess[] = []
  const remove = () => {
    for (const one of relays) one.kill('SIGKILL')
    ip('netns', 'del', name)
  }
  ip('netns', 'add', name)
  try {
    wire(name)
    relays.push(await start([], [HERE, '127.0.0.1', ...ports.map(String)]))
    relays.push(await start(inside, ['127.0.0.1', HERE, ...ports.map(String)]))
  } catch (error) {
    remove()
    throw error
  }
  return {
    inside,
    cut: () => ip('link', 'set', `${name}0`, 'down'),
    mend: () => ip('link', 'set', `${name}0`, 'up'),
    remove,
  }
}

function wire(name: string): void {
  ip('link', 'add', `${name}0`, 'type', 'veth', 'peer', 'name', `${name}1`)
  ip('link', 'set', `${name}1`, 'netns', name)
  ip('addr', 'add', `${HERE}/30`, 'dev', `${name}0`)
  ip('link', 'set', `${name}0`, 'up')
  for (const args of [
    ['addr', 'add', `${THERE}/30`, 'dev', `${name}1`],
    ['link', 'set', `${name}1`, 'up'],
    ['link', 'set', 'lo', 'up'],
  ])
    ip('-n', name, ...args)
}

async function start(before: readonly string[], args: readonly string[]): Promise<ChildProcess> {
  const [command, ...rest] = [...before, process.execPath, '--import', 'tsx', relay, ...args]
  const child = spawn(command!, rest, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const [said] = await Promise.race([once(child, 'message'), once(child, 'exit')])
  if (child.exitCode !== null) throw new Error(`the relay ended with ${said}`)
  return child
}

export const networkCut: Fault = {
  name: 'network-cut',
  title: 'the network between two instances’ hosts is cut without a word, and mended',
  impossible: () =>
    refusal('have network namespaces', ['unshare', '--net', 'ip', 'link', 'add', 'a0', 'type', 'veth', 'peer', 'name', 'a1']),
  async strike({ own, join, lasting, sleep }) {
    const { brokers, databaseUrl, registryUrl } = own.stack
    const urls = [`kafka://${brokers[0]}`, databaseUrl, ...(registryUrl === undefined ? [] : [registryUrl])]
    const far = await host(
      `tg${process.pid}`,
      urls.map(url => Number(new URL(url).port)),
    )
    try {
      const other = await join({ before: far.inside })
      await sleep(3000)
      far.cut()
      await sleep(lasting(60_000, 12_000))
      far.mend()
      await sleep(lasting(20_000, 5000))
      if (!other.alive()) throw new Error('the instance beyond the cut has died of it')
      await other.kill('SIGTERM')
    } finally {
      far.remove()
    }
  },
}
