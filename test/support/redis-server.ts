import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, constants } from 'node:fs'
import { connect } from 'node:net'
import { delimiter, join } from 'node:path'
import { systemClock as clock } from '../../streams/clock.ts'
import { freePort } from './free-port.ts'

/** Where this machine has its Redis; undefined where it has none. */
export const redisBinary: string | undefined = (process.env.PATH ?? '')
  .split(delimiter)
  .map(folder => join(folder, 'redis-server'))
  .find(isProgram)

/** A Redis of a test's own, which it may kill, freeze and start again on the same port. Nothing runs to begin with. */
export interface RedisServer {
  readonly url: string
  /** Resolves once it answers. */
  start(): Promise<void>
  /** `kill -9`, by its process id. */
  kill(): Promise<void>
  /** It keeps its connections, and says nothing any more. */
  freeze(): void
  thaw(): void
}

export async function redisServer(binary: string): Promise<RedisServer> {
  const port = await freePort()
  let child: ChildProcess | undefined
  const options = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', '/']
  return {
    url: `redis://127.0.0.1:${port}`,
    async start() {
      child = spawn(binary, options, { stdio: 'ignore' })
      for (const until = clock.monotonic() + 20_000; !(await answers(port)); await clock.sleep(20))
        if (child.exitCode !== null || clock.monotonic() > until) throw new Error(`${binary} did not come up on port ${port}`)
    },
    async kill() {
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
    },
    freeze: () => child?.kill('SIGSTOP'),
    thaw: () => child?.kill('SIGCONT'),
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect({ host: '127.0.0.1', port }, () => socket.write('PING\r\n'))
    const end = (answered: boolean) => {
      socket.destroy()
      resolve(answered)
    }
    socket.once('data', data => end(data.toString().startsWith('+PONG')))
    socket.once('error', () => end(false))
  })
}
