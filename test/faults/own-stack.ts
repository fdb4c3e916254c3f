import { execFile, execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseEnv, promisify } from 'node:util'
import type { Stack } from '../support/stack.ts'

const project = fileURLToPath(new URL('../..', import.meta.url))
const script = join(project, 'infra/stack/stack')

export type Part = 'kafka' | 'postgres' | 'registry' | 'redis'

/** A stack that nobody else uses, so that its servers may be stopped, killed and starved. */
export interface OwnStack {
  readonly stack: Stack
  readonly home: string
  stop(part: Part): Promise<void>
  /** kill -9 */
  kill(part: Part): Promise<void>
  start(part: Part): Promise<void>
  /** Every process of a part stands still, and goes on. */
  freeze(part: Part): void
  thaw(part: Part): void
  /** Leaves no byte of a small disk, until `makeRoom`. */
  fillDisk(): void
  makeRoom(): void
  down(): Promise<void>
}

/** In MiB: room for what a short run writes, and filled in a moment. */
const SMALL = 1536

/** Starts it from the jars that the project's own stack has fetched. On a small disk its data are in memory, behind a wall. */
export async function ownStack({ smallDisk = false } = {}): Promise<OwnStack> {
  const home = join(project, smallDisk ? '.stack/faults-small' : '.stack/faults')
  const data = join(home, 'data')
  const ballast = join(data, 'ballast')
  const command = async (...args: string[]) => {
    await promisify(execFile)(script, args, { env: { ...process.env, TARANG_STACK_HOME: home }, maxBuffer: 1 << 24 })
  }
  if (smallDisk) {
    mkdirSync(data, { recursive: true })
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${SMALL}m,mode=755`, 'tarang', data])
  }
  const down = async () => {
    await command('down')
    if (smallDisk) execFileSync('umount', ['--lazy', data])
    await command('wipe')
  }
  await command('up', 'postgres', 'kafka', 'registry', 'redis').catch(async error => {
    await down()
    throw error
  })
  const env = parseEnv(readFileSync(join(home, 'env'), 'utf8'))
  const signal = (part: Part, name: NodeJS.Signals) => {
    for (const pid of processesOf(Number(readFileSync(join(home, 'run', `${part}.pid`), 'utf8')))) {
      try {
        process.kill(pid, name)
      } catch {} // it ended since we looked
    }
  }
  return {
    home,
    stack: {
      brokers: [env.KAFKA_BROKERS!],
      databaseUrl: env.DATABASE_URL!,
      registryUrl: env.SCHEMA_REGISTRY_URL,
      redisUrl: env.REDIS_URL,
      prometheus: undefined,
    },
    stop: part => command('stop', part),
    kill: part => command('kill', part),
    start: part => command('start', part),
    freeze: part => signal(part, 'SIGSTOP'),
    thaw: part => signal(part, 'SIGCONT'),
    fillDisk() {
      spawnSync('dd', ['if=/dev/zero', `of=${ballast}`, 'bs=1M']) // ends when nothing more goes in
    },
    makeRoom: () => rmSync(ballast),
    down,
  }
}

/** A process and its children: Postgres has one for each connection. */
function processesOf(pid: number): number[] {
  const children = `/proc/${pid}/task/${pid}/children`
  if (!existsSync(children)) return [pid]
  return [pid, ...readFileSync(children, 'utf8').split(' ').filter(Boolean).map(Number)]
}
