import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import packageJson from '../../package.json' with { type: 'json' }
import { copyContext, imageContext } from '../support/image-context.ts'
import { image } from '../support/image-file.ts'
import { knownSettings } from '../support/known-settings.ts'

const execute = promisify(execFile)
const asRoot = process.getuid?.() === 0

/** Runs the HEALTHCHECK of the Dockerfile for a server on `port`; the exit code. */
async function health(port: number): Promise<number> {
  const child = spawn('/bin/sh', ['-c', image.healthcheck], { env: { PATH: process.env.PATH, PORT: String(port) } })
  const [code] = await once(child, 'exit')
  return code as number
}

async function answering(status: number, check: (port: number) => Promise<void>): Promise<void> {
  const server = createServer((_request, reply) => reply.writeHead(status).end()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  await check((server.address() as AddressInfo).port)
  server.close()
}

describe('the Dockerfile', () => {
  test('runs the Node that the suite runs on', () => {
    expect(image.node.split('.')[0]).toBe(process.versions.node.split('.')[0])
    expect(Number(image.node.split('.')[1])).toBeGreaterThanOrEqual(Number(packageJson.engines.node.split('.')[1]))
  })

  test('sets only settings that Tarang reads, and the port it exposes', () => {
    const { TSX_DISABLE_CACHE: _, ...environment } = image.environment
    expect(Object.keys(environment).filter(name => !knownSettings.has(name))).toEqual([])
    expect(Number(environment.PORT)).toBe(image.port)
  })

  test('calls a server well that is ready, and neither one that is not nor none', async () => {
    await answering(200, async port => expect(await health(port)).toBe(0))
    await answering(503, async port => expect(await health(port)).toBe(1))
    expect(await health(1)).toBe(1)
  })

  test('takes no secret, no data and no tests along', () => {
    const context = imageContext()
    expect(
      context.filter(path => /^(\.secrets|\.stack|\.tarang|\.git|test|docs|node_modules)\b|\.env|README/.test(path)),
    ).toEqual([])
    expect(context).toEqual(
      expect.arrayContaining(['package-lock.json', 'infra/cli/tarang.js', 'infra/migrations/001-engine.sql']),
    )
  })
})

/** What the image has, in a folder: its files as .dockerignore lets them in, its dependencies by its own command. Nothing of it may be written to. */
describe('what the image holds', () => {
  const place = mkdtempSync(join(tmpdir(), 'tarang-image-'))
  const [tarang, data] = [join(place, 'tarang'), join(place, 'data')]

  beforeAll(async () => {
    copyContext(tarang)
    await execute('npm', ['ci', '--omit=dev', '--prefer-offline'], { cwd: tarang })
    mkdirSync(data)
    chmodSync(place, 0o755)
    if (asRoot) chownSync(data, image.user, image.user)
    else await execute('chmod', ['-R', 'a-w', tarang])
  }, 300_000)
  afterAll(async () => {
    await execute('chmod', ['-R', 'u+w', place])
    rmSync(place, { recursive: true })
  })

  /** As the container's user where root runs the tests. No folder for temporary files: a read-only root has none. */
  const start = (env: Record<string, string>) =>
    spawn(join(tarang, 'infra/cli/tarang.js'), image.command, {
      cwd: tarang,
      env: {
        PATH: process.env.PATH,
        ...image.environment,
        TMPDIR: '/nonexistent',
        TARANG_DATA_DIR: data,
        TARANG_DEMO: 'off',
        ...env,
      },
      stdio: ['ignore', 'ignore', 'pipe'],
      ...(asRoot ? { uid: image.user, gid: image.user } : {}),
    })

  test('starts as another user than root, with nothing to write to but its data, is called well, and ends when told', async () => {
    const child = start({ HOST: '127.0.0.1', PORT: '0' })
    onTestFinished(() => void child.kill('SIGKILL'))
    const ended = once(child, 'exit')
    let heard = ''
    child.stderr.on('data', chunk => {
      heard += chunk
    })
    const port = () => Number(/127\.0\.0\.1:(\d+)/.exec(heard)?.[1])
    await expect.poll(port, { timeout: 60_000, message: heard }).toBeGreaterThan(0)
    await expect.poll(() => health(port()), { timeout: 30_000 }).toBe(0)
    child.kill('SIGTERM')
    expect([heard, await ended]).toEqual([expect.not.stringContaining('Error'), [0, null]])
  }, 120_000)

  test('refuses to start as it is, on every address and without a SECRET_KEY', async () => {
    const child = start({})
    const chunks: Buffer[] = []
    child.stderr.on('data', chunk => chunks.push(chunk))
    const [code] = await once(child, 'close')
    expect([code, Buffer.concat(chunks).toString()]).toEqual([
      2,
      expect.stringContaining('HOST=0.0.0.0 can be reached by others'),
    ])
  }, 60_000)
})
