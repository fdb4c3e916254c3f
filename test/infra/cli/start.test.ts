import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { freePort } from '../../support/free-port.ts'
import { runTarang, startServer } from '../../support/run-tarang.ts'

// Every command is a process of its own, and a busy machine takes seconds to start one.
vi.setConfig({ testTimeout: 300_000 })

const folder = mkdtempSync(join(tmpdir(), 'tarang-start-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const noStack = /^\s+at .+:\d+/m
const empty = (name: string) => ({ TARANG_DATA_DIR: join(folder, name), TARANG_DEMO: 'off' })

test('a port that is taken is told, and what to set', async () => {
  const other = createServer().listen(0, '127.0.0.1')
  await once(other, 'listening')
  const { port } = other.address() as AddressInfo
  const { code, stderr } = await runTarang(['start'], { ...empty('port'), PORT: String(port), LOG_LEVEL: 'fatal' })
  other.close()
  expect([code, stderr]).toEqual([1, expect.stringContaining(`Port ${port} is taken`)])
  expect(stderr).toContain('set PORT')
  expect(stderr).not.toMatch(noStack)
})

describe('while one runs on a data folder', () => {
  test('another is refused and told why, commands on the tables too, and replay goes to the one that runs', async () => {
    const env = empty('locked')
    const port = await freePort()
    const server = await startServer({ ...env, PORT: String(port) })
    try {
      for (const args of [['start'], ['digest'], ['keys', 'list']]) {
        const { code, stderr } = await runTarang(args, { ...env, PORT: '0' })
        expect([args, code]).toEqual([args, 1])
        expect(stderr).toContain(env.TARANG_DATA_DIR)
        expect(stderr).not.toMatch(noStack)
      }
      const shop = join(folder, 'few.jsonl')
      await runTarang(['generate', '--customers', '3', '--days', '20', '--until', '2026-01-01', '--out', shop])
      const { code, stderr } = await runTarang(['replay', shop], { ...env, PORT: String(port) })
      expect([code, stderr]).toEqual([0, expect.stringContaining(`http://127.0.0.1:${port}`)])
      const answer = await fetch(`${server.url}/health`)
      expect(answer.status).toBe(200)
    } finally {
      await server.stop()
    }
    expect((await runTarang(['digest'], env)).code).toBe(0)
  })
})

test('data begun in one currency, or with other partitions, is not gone on with in another', async () => {
  const env = empty('settings')
  await (await startServer({ ...env, TARANG_CURRENCY: 'PKR' })).stop()
  const { code, stderr } = await runTarang(['start'], { ...env, PORT: '0', TARANG_CURRENCY: 'USD', TARANG_PARTITIONS: '5' })
  expect(code).toBe(1)
  expect(stderr).toContain('TARANG_CURRENCY is USD, the data was begun with PKR')
  expect(stderr).toContain('TARANG_PARTITIONS is 5, the data was begun with 12')
  expect(stderr).not.toMatch(noStack)
})

test('with a SECRET_KEY callers need a key of the right scope, and one that was revoked opens nothing', async () => {
  const env = { ...empty('keys'), SECRET_KEY: 'a-secret-of-sixteen-characters' }
  const key = (await runTarang(['keys', 'add', '--scope', 'lookup'], env)).stdout.trim()
  const server = await startServer(env)
  try {
    const get = (authorization?: string) =>
      fetch(`${server.url}/segments`, authorization === undefined ? {} : { headers: { authorization } })
    expect((await get()).status).toBe(401)
    expect((await get('Bearer nonsense')).status).toBe(401)
    expect((await get(`Bearer ${key}`)).status).toBe(200)
    const post = await fetch(`${server.url}/v1/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: '{}',
    })
    expect(post.status).toBe(403)
    expect((await fetch(`${server.url}/health`)).status).toBe(200)
  } finally {
    await server.stop()
  }
})
