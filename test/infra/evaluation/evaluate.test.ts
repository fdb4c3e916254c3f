import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { Random } from '../../../models/random.ts'
import { runTarang } from '../../support/run-tarang.ts'

// The whole engine runs in a process of its own, and a busy machine takes its time.
vi.setConfig({ testTimeout: 300_000 })

const folder = mkdtempSync(join(tmpdir(), 'tarang-evaluate-test-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const DAY = 86_400
const GROUPS = 4
const file = (name: string, lines: readonly string[]) => {
  const path = join(folder, name)
  writeFileSync(path, `${lines.join('\n')}\n`)
  return path
}

/** Users who each take of one group of items, month after month; the last month is the test. */
function shop(): { train: string[]; test: string[] } {
  const random = new Random('evaluate', 1)
  const [train, later] = [['user,item,timestamp'], ['timestamp,user,item']]
  for (let user = 0; user < 160; user++)
    for (let month = 0; month < 10; month++)
      for (let n = 0; n < 2; n++) {
        const item = `${user % GROUPS}-${random.int(0, 14)}`
        const at = 1_300_000_000 + (month * 30 + random.int(0, 20)) * DAY
        if (month < 9) train.push(`u${user},${item},${at}`)
        else later.push(`${new Date(at * 1000).toISOString()},u${user},${item}`)
      }
  return { train, test: later }
}

const { train, test: later } = shop()
const trainFile = file('train.csv', [...train, 'u1,0-1,yesterday', 'u1'])
const testFile = file('test.csv', [...later, `${new Date(1.31e12).toISOString()},stranger,0-1`])

describe('tarang evaluate', () => {
  test('asks for new items: none that a user had, of their group, better than what everybody takes, and says what it left out', async () => {
    const out = join(folder, 'lists.csv')
    const { code, stdout, stderr } = await runTarang([
      'evaluate',
      ...['--train', trainFile, '--test', testFile, '--out', out, '--explain', '--json'],
    ])
    expect([code, stderr]).toEqual([
      0,
      expect.stringMatching(/2 left out \(row 2882: "yesterday" is no instant; row 2883: it has not 3 columns\)/),
    ])
    const { items, results } = JSON.parse(stdout)
    expect(items).toBe('new')
    const by = Object.fromEntries(results.map((result: { name: string }) => [result.name, result]))
    expect(Object.keys(by)).toEqual(['tarang', 'popularity', 'item-kNN', 'user-kNN', 'EASE with recency decay', 'implicit ALS'])
    expect(by.tarang.ndcg.low).toBeGreaterThan(by.popularity.ndcg.high)

    const [head, ...rows] = readFileSync(out, 'utf8').trimEnd().split('\n')
    expect(head).toBe('user,item,rank,why')
    const had = new Set(train.map(row => row.split(',').slice(0, 2).join()))
    const listed = rows.map(row => row.split(','))
    expect(listed.filter(([user, item]) => had.has(`${user},${item}`))).toEqual([])
    const users = new Set(listed.map(([user]) => user))
    expect(users).toContain('stranger')
    for (const user of users)
      expect(listed.filter(row => row[0] === user).map(([, , rank]) => Number(rank))).toEqual(
        Array.from({ length: 20 }, (_, k) => k + 1),
      )
    const first = listed.filter(([user, , rank]) => user !== 'stranger' && Number(rank) <= 3)
    expect(
      first.filter(([user, item]) => Number(user!.slice(1)) % GROUPS === Number(item![0])).length / first.length,
    ).toBeGreaterThan(0.9)
  })

  test('lets items come again where that is asked for, and tells people in a table what it may claim', async () => {
    const { code, stdout } = await runTarang(['evaluate', '--train', trainFile, '--test', testFile, '--include-seen', '--k', '5'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^All items, 161 users\n +NDCG@5 +95 % +HR@5/)
    expect(stdout).toMatch(/tarang against own history: [+−]0\.\d{4} NDCG@5 \(.+\): (better|worse|not told apart)/)
  })

  test('ratings: from 4 on taken, 3 looked at, below disliked; what was disliked does not come', async () => {
    const rated = ['user,item,timestamp,rating', ...train.slice(1).map((row, k) => `${row},${1 + (k % 5)}`)]
    const asked = ['user,item,timestamp,rating', ...later.slice(1).map(row => `${row.split(',').slice(1).join()},1304000000,5`)]
    const out = join(folder, 'rated.csv')
    const files = ['--train', file('rated-train.csv', rated), '--test', file('rated-test.csv', asked)]
    const { code, stderr } = await runTarang(['evaluate', ...files, '--out', out, '--no-baselines'])
    expect([code, stderr]).toEqual([0, expect.stringContaining('rows')])
    const had = new Set(rated.map(row => row.split(',').slice(0, 2).join()))
    const rows = readFileSync(out, 'utf8').trimEnd().split('\n').slice(1)
    expect(rows.length).toBeGreaterThan(1000)
    expect(rows.filter(row => had.has(row.split(',').slice(0, 2).join()))).toEqual([])
  })

  test.each([
    ['a file that is not there', ['--train', join(folder, 'none.csv'), '--test', testFile], /none\.csv: there is no such file/],
    [
      'a column that is missing',
      ['--train', file('bad.csv', ['user,when', 'a,1']), '--test', testFile],
      /bad\.csv: it has no column item, timestamp/,
    ],
    [
      'a history without a row',
      ['--train', file('empty.csv', ['user,item,timestamp']), '--test', testFile],
      /empty\.csv has no row that can be read/,
    ],
    ['a test that counts for nothing', ['--train', trainFile, '--test', file('same.csv', train.slice(0, 9))], /--include-seen/],
  ])('%s is told in a sentence', async (_, args, message) => {
    const { code, stderr } = await runTarang(['evaluate', ...args])
    expect([code, stderr]).toEqual([1, expect.stringMatching(message)])
    expect(stderr).not.toMatch(/^\s+at .+:\d+/m)
  })

  test('says at once that trees from elsewhere cannot be used, and why', async () => {
    const { code, stderr } = await runTarang(['evaluate', '--train', trainFile, '--test', testFile, '--ranker-onnx', trainFile])
    expect(code).toBe(1)
    expect(stderr).toMatch(/The ranker's trees in .+train\.csv cannot be used: .+/)
  })
})

test('tarang export-features writes the rows of all lists that teach, as many as it says, for NumPy', async () => {
  const out = join(folder, 'rows.npy')
  const { code, stderr } = await runTarang(['export-features', out, '--train', trainFile])
  expect(code).toBe(0)
  const [, rows, columns] = /lists, (\d+) rows of (\d+) columns/.exec(stderr)!.map(Number) as [number, number, number]
  const file = readFileSync(out)
  const header = file.subarray(10, 10 + file.readUInt16LE(8)).toString('latin1')
  expect(header).toContain(`"shape": (${rows},)`)
  expect(header.match(/"<f4"/g)!.length).toBe(columns)
  expect(file.length).toBe(10 + file.readUInt16LE(8) + rows * columns * 4)
  expect(rows).toBeGreaterThan(1000)
})
