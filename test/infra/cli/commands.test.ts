import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { pgliteSql } from '../../../infra/sql/pglite-sql.ts'
import { nodeFlags } from '../../support/node-flags.ts'
import { runTarang, spawnTarang } from '../../support/run-tarang.ts'

// Every command is a process of its own, and a busy machine takes seconds to start one.
vi.setConfig({ testTimeout: 300_000 })

const folder = mkdtempSync(join(tmpdir(), 'tarang-cli-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const noStack = /^\s+at .+:\d+/m

describe('help', () => {
  test('tarang tells every command, and each tells what it does', async () => {
    const { code, stdout } = await runTarang(['--help'])
    expect(code).toBe(0)
    const commands = [...stdout.matchAll(/^ {2}([a-z][a-z-]*)\b(?! \[command\])/gm)]
      .map(([, name]) => name!)
      .filter(name => name !== 'help')
    expect(commands).toEqual(expect.arrayContaining(['start', 'replay', 'generate', 'digest', 'topology', 'doctor', 'keys']))
    for (const command of commands) {
      const told = await runTarang([command, '--help'])
      expect([command, told.code, told.stdout]).toEqual([
        command,
        0,
        expect.stringMatching(new RegExp(`^Usage: tarang ${command}[\\s\\S]*\\n\\n[A-Z].+`)),
      ])
    }
  })

  test.each([
    [['dance'], /unknown command 'dance'/],
    [['replay'], /missing required argument 'file'/],
    [['generate', '--customers', 'many'], /Expected a whole number above zero/],
    [['generate', '--json'], /--json goes with --out or --csv/],
    [['generate', '--lines', '5'], /--lines goes with --csv/],
    [['generate', '--csv', folder, '--only', 'purchase'], /--only .* needs --out/],
    [['generate', '--currency', 'rupees'], /Expected an ISO 4217 code of three capital letters/],
    [['keys', 'add'], /required option '--scope/],
    [['keys', 'add', '--scope', 'everything'], /Allowed choices are publish, lookup, admin/],
    [['sms', 'settle', 'r1', '--as', 'queued', '--why', 'x'], /Allowed choices are submitted, rejected/],
    [['sms', 'settle', 'r1', '--as', 'delivered'], /required option '--why/],
    [['policy', '--reward', 'joy'], /Allowed choices are any, click, purchase, revenue/],
    [['export-features'], /missing required argument 'out.npy'/],
    [['topology', '--yaml'], /unknown option '--yaml'/],
  ])('tarang %j is refused with what would be right', async (args, message) => {
    const { code, stderr } = await runTarang(args)
    expect(code).toBe(1)
    expect(stderr).toMatch(message)
    expect(stderr).not.toMatch(noStack)
  })

  test('the version is that of the package', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'))
    expect((await runTarang(['--version'])).stdout.trim()).toBe(version)
  })
})

test('benches run with the flags of Node that `tarang` is started with: else they measure another program', () => {
  const { scripts } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'))
  expect(nodeFlags.length).toBeGreaterThan(0)
  expect(scripts.bench).toContain(`node ${nodeFlags.join(' ')} `)
})

describe('settings that are wrong', () => {
  test('each is told in one list, with exit code 2 and no stack', async () => {
    const { code, stdout, stderr } = await runTarang(['topology'], { PORT: 'x', TARANG_CURRENCY: 'rupees', LOG_LEVEL: 'loud' })
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(/^The configuration has 3 problems:\n/)
    for (const name of ['PORT', 'TARANG_CURRENCY', 'LOG_LEVEL']) expect(stderr).toMatch(new RegExp(`^ {2}- ${name}: `, 'm'))
    expect(stderr).not.toMatch(noStack)
  })

  test.each<[string, Record<string, string>, RegExp]>([
    ['Kafka without a database', { KAFKA_BROKERS: '127.0.0.1:9092' }, /KAFKA_BROKERS is set and DATABASE_URL is not/],
    ['a database without Kafka', { DATABASE_URL: 'postgres://127.0.0.1/tarang' }, /DATABASE_URL is set and KAFKA_BROKERS is not/],
    [
      'the whole network without a key',
      { HOST: '0.0.0.0' },
      /HOST=0\.0\.0\.0 can be reached by others, and there is no SECRET_KEY/,
    ],
  ])('start on %s is refused', async (_, env, message) => {
    const { code, stderr } = await runTarang(['start'], { ...env, TARANG_DATA_DIR: join(folder, 'refused') })
    expect([code, stderr]).toEqual([2, expect.stringMatching(message)])
  })
})

test('topology tells every topic and who reads it', async () => {
  const { code, stdout } = await runTarang(['topology', '--json'], { TARANG_TOPIC_PREFIX: 'shop', TARANG_PARTITIONS: '3' })
  expect(code).toBe(0)
  const { topics, processors } = JSON.parse(stdout)
  expect(topics).toContainEqual(expect.objectContaining({ name: 'shop.events.v1', partitions: 3 }))
  expect(topics).toContainEqual(expect.objectContaining({ name: 'shop.rfm-deltas.v1', partitions: 1 }))
  expect(processors).toContainEqual(
    expect.objectContaining({
      name: 'customers',
      kind: 'fold',
      input: 'events',
      outputs: expect.arrayContaining(['customer-changes', 'rfm-deltas']),
    }),
  )
  expect(processors).toContainEqual(expect.objectContaining({ name: 'scorer', kind: 'scorer', outputs: ['recommendations'] }))
  const people = await runTarang(['topology'])
  for (const { name } of processors) expect(people.stdout).toContain(name)
})

describe('generate', () => {
  const options = ['--customers', '30', '--days', '60', '--until', '2026-01-01']
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

  test('the same seed gives the same bytes, on standard output and in a file; another seed others', async () => {
    const out = join(folder, 'shop.jsonl')
    const [one, same, other, file] = [
      await runTarang(['generate', ...options, '--seed', '5']),
      await runTarang(['generate', ...options, '--seed', '5']),
      await runTarang(['generate', ...options, '--seed', '6']),
      await runTarang(['generate', ...options, '--seed', '5', '--out', out]),
    ]
    expect([one.code, file.code]).toEqual([0, 0])
    expect(one.stdout.split('\n').length).toBeGreaterThan(100)
    expect(sha256(same.stdout)).toBe(sha256(one.stdout))
    expect(sha256(other.stdout)).not.toBe(sha256(one.stdout))
    expect(sha256(readFileSync(out, 'utf8'))).toBe(sha256(one.stdout))
    expect(file.stderr).toContain(out)
    const { stdout } = await runTarang(['generate', ...options, '--seed', '5', '--out', out, '--json'])
    const bytes = Buffer.byteLength(one.stdout)
    expect(JSON.parse(stdout)).toEqual({ events: one.stdout.trimEnd().split('\n').length, bytes, out })
  })

  test('ends quietly when its reader has enough, and says which file it cannot write', async () => {
    const child = spawnTarang(['generate', ...options], {})
    let stderr = ''
    child.stderr!.on('data', chunk => {
      stderr += chunk
    })
    child.stdout!.once('data', () => child.stdout!.destroy())
    const [code] = await once(child, 'close')
    expect([code, stderr]).toEqual([0, expect.not.stringContaining('EPIPE')])
    const nowhere = await runTarang(['generate', ...options, '--out', '/nowhere/shop.jsonl'])
    expect([nowhere.code, nowhere.stderr]).toEqual([
      1,
      expect.stringContaining('/nowhere/shop.jsonl: there is no such file or folder.'),
    ])
    expect(nowhere.stderr).not.toMatch(noStack)
  })

  test('--csv writes the three files, the same of the same seed, and JSONL only where --out says', async () => {
    const [one, same] = [join(folder, 'books', 'one'), join(folder, 'books', 'same')]
    const { code, stdout } = await runTarang(['generate', ...options, '--csv', one, '--lines', '5', '--json'])
    const out = join(folder, 'beside.jsonl')
    expect((await runTarang(['generate', ...options, '--csv', same, '--lines', '5', '--out', out])).code).toBe(0)
    const files = ['customers', 'products', 'transactions'].map(name => `${name}.csv`)
    const texts = files.map(file => readFileSync(join(one, file), 'utf8'))
    expect(files.map(file => readFileSync(join(same, file), 'utf8'))).toEqual(texts)
    expect(readdirSync(one).sort()).toEqual(files)
    const [customers, products, lines] = texts.map(text => text.trimEnd().split('\n').length - 1)
    const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0)
    expect([code, JSON.parse(stdout)]).toEqual([0, { customers, products, orders: expect.any(Number), lines, bytes, csv: one }])
    expect([customers, products]).toEqual([30, 200])
    expect(readFileSync(out, 'utf8').split('\n').length).toBeGreaterThan(100)
  })

  test('a folder that cannot be one is told in a sentence', async () => {
    const { code, stderr } = await runTarang(['generate', ...options, '--csv', '/dev/null/books'])
    expect([code, stderr]).toEqual([1, expect.stringMatching(/\/dev\/null\/books/)])
    expect(stderr).not.toMatch(noStack)
  })

  test('a history that ends at no instant is refused in a sentence', async () => {
    const { code, stderr } = await runTarang(['generate', '--until', 'soon'])
    expect([code, stderr]).toEqual([1, expect.stringContaining('--until: soon is no instant')])
    expect(stderr).not.toMatch(noStack)
  })
})

test('a command on tables of another version says so, and ends, and leaves the folder to the next', async () => {
  const env = { TARANG_DATA_DIR: join(folder, 'other') }
  expect((await runTarang(['digest'], env)).code).toBe(0)
  const sql = await pgliteSql({ folder: join(folder, 'other', 'pglite') })
  await sql.query("UPDATE schema_migrations SET checksum = 'other' WHERE version = 3")
  await sql.close()
  for (const command of [['digest'], ['keys', 'list']]) {
    const { code, stderr } = await runTarang(command, env)
    expect([code, stderr]).toEqual([1, expect.stringContaining('003')])
    expect(stderr).not.toMatch(noStack)
  }
})

test('keys are made, listed and revoked; the key itself is shown once and kept nowhere', async () => {
  const env = { TARANG_DATA_DIR: join(folder, 'keys') }
  expect((await runTarang(['keys', 'list'], env)).stdout).toContain('No keys yet')
  const made = await runTarang(['keys', 'add', '--scope', 'publish', 'lookup', '--name', 'shop'], env)
  expect(made.code, made.stderr).toBe(0)
  const key = made.stdout.trim()
  expect(key).toMatch(/^\S{20,}$/)

  const [listed] = JSON.parse((await runTarang(['keys', 'list', '--json'], env)).stdout)
  expect(listed).toMatchObject({ name: 'shop', scopes: ['publish', 'lookup'], revokedAt: null })
  expect(made.stderr).toContain(listed.id)
  expect(JSON.stringify(listed)).not.toContain(key)

  expect(await runTarang(['keys', 'revoke', listed.id], env)).toMatchObject({ code: 0, stdout: `Key ${listed.id} is revoked.\n` })
  expect((await runTarang(['keys', 'list'], env)).stdout).toContain('(revoked)')
  const again = await runTarang(['keys', 'revoke', listed.id], env)
  expect([again.code, again.stderr]).toEqual([1, expect.stringContaining(`There is no working key ${listed.id}`)])
  expect(again.stderr).not.toMatch(noStack)
})

test('a text in doubt is settled by hand, once, and whoever did it stands in its history', async () => {
  const env = { TARANG_DATA_DIR: join(folder, 'settled') }
  const settle = (id: string) => runTarang(['sms', 'settle', id, '--as', 'delivered', '--why', 'she has it'], env)
  expect(await settle('nobody')).toMatchObject({ code: 1, stderr: expect.stringContaining('There is no text nobody.') })
  const opened = await pgliteSql({ folder: join(folder, 'settled', 'pglite') })
  await opened.query(
    `INSERT INTO sms_ledger (id, partition, customer_id, class, owner, sealed, requested_at, result_key, status)
     VALUES ('r1', 0, 'ada', 'marketing', 'ada', 's', 0, 'r1', 'unknown')`,
  )
  await opened.close()
  expect(await settle('r1')).toMatchObject({ code: 0, stdout: 'The text r1 is delivered.\n' })
  const again = await settle('r1')
  expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('it is delivered') })
  expect(again.stderr).not.toMatch(noStack)
  const after = await pgliteSql({ folder: join(folder, 'settled', 'pglite') })
  const told = await after.query("SELECT detail FROM sms_results WHERE request_id = 'r1'")
  expect(told).toEqual([{ detail: expect.stringMatching(/^settled by \S+: she has it$/) }])
  await after.close()
})
