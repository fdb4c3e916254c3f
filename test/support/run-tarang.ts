import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const bin = fileURLToPath(new URL('../../infra/cli/tarang.js', import.meta.url))
/** Settings of whoever runs the tests must not leak into what they run. */
const OURS =
  /^(KAFKA_BROKERS|SCHEMA_REGISTRY_URL|DATABASE_URL|REDIS_URL|HOST|PORT|SECRET_KEY|SMS_.*|OTEL_.*|OPENAI_.*|TARANG_(?!SHARED|REQUIRE_STACK).*)$/

export interface Ran {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

type Environment = Readonly<Record<string, string>>

/** Starts `tarang …` as a user would. */
export function spawnTarang(args: readonly string[], env: Environment): ChildProcess {
  const kept = Object.entries(process.env).filter(([name]) => !OURS.test(name))
  return spawn(bin, args, {
    env: { ...Object.fromEntries(kept), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}

/** Runs `tarang …` to its end. */
export const runTarang = (args: readonly string[], env: Environment = {}): Promise<Ran> => output(spawnTarang(args, env))

/** What a process says until its end. */
export async function output(child: ChildProcess): Promise<Ran> {
  let [stdout, stderr] = ['', '']
  child.stdout!.on('data', chunk => {
    stdout += chunk
  })
  child.stderr!.on('data', chunk => {
    stderr += chunk
  })
  const [code] = await once(child, 'close')
  return { code: code as number | null, stdout, stderr }
}

/** Starts `tarang start` on a free port; resolves to its address once it listens. */
export async function startServer(env: Environment): Promise<{ url: string; stop(): Promise<void> }> {
  const child = spawnTarang(['start'], { LOG_LEVEL: 'warn', PORT: '0', ...env })
  let heard = ''
  const url = await new Promise<string>((resolve, reject) => {
    child.stderr!.on('data', chunk => {
      heard += chunk
      const address = /http:\/\/[^\s]+/.exec(heard.slice(Math.max(0, heard.indexOf('Tarang is running'))))
      if (heard.includes('Tarang is running') && address !== null) resolve(address[0])
    })
    child.once('exit', code => reject(new Error(`tarang start ended with ${code}:\n${heard}`)))
  })
  return {
    url,
    async stop() {
      child.kill('SIGTERM')
      if (child.exitCode === null) await once(child, 'exit')
    },
  }
}
