import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { DataFolderLocked } from '../../../infra/sql/folder-lock.ts'
import { checkpointWhenDue, vacuumWhenDue } from '../../../infra/sql/pglite-housekeeping.ts'
import { pgliteSql } from '../../../infra/sql/pglite-sql.ts'
import { sqlContract } from '../../contracts/sql.ts'

sqlContract('PGlite', () => pgliteSql({}))

describe('PGlite', { timeout: 60_000 }, () => {
  const folders: string[] = []
  afterEach(() => Promise.all(folders.splice(0).map(folder => rm(folder, { recursive: true, force: true }))))
  async function newFolder(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'tarang-pglite-'))
    folders.push(folder)
    return folder
  }

  test('what is asked after closing, and what waited for it, is refused with the reason', async () => {
    const sql = await pgliteSql({})
    const before = sql.query('SELECT 1 AS n')
    const closing = sql.close()
    expect(await before).toEqual([{ n: 1 }])
    await closing
    await expect(sql.query('SELECT 1')).rejects.toThrow('closed')
    await expect(sql.transaction(async () => {})).rejects.toThrow('closed')
    await sql.close()
  })

  test('a query outside that a transaction waits for does not wait for ever', async () => {
    const sql = await pgliteSql({})
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    let waits = () => {}
    const waiting = new Promise<void>(resolve => {
      waits = resolve
    })
    const stuck = sql.transaction(async tx => {
      await tx.query('CREATE TABLE never (id integer)')
      waits()
      await sql.query('SELECT 1')
    })
    const failed = expect(stuck).rejects.toThrow('use its own handle')
    await waiting
    await vi.advanceTimersByTimeAsync(10_000)
    vi.useRealTimers()
    await failed
    await expect(sql.query('SELECT * FROM never')).rejects.toMatchObject({ code: '42P01' })
    await sql.close()
  })

  test('what a folder holds is there when it is opened again', async () => {
    const folder = await newFolder()
    const first = await pgliteSql({ folder })
    await first.script('CREATE TABLE kept (n integer); INSERT INTO kept VALUES (7)')
    await first.close()
    const second = await pgliteSql({ folder })
    expect(await second.query('SELECT n FROM kept')).toEqual([{ n: 7 }])
    await second.close()
  })

  test('a folder in use is refused, naming who has it; every row of a writer killed in the middle is there, whole', async () => {
    const folder = await newFolder()
    let acknowledged = 0
    for (let kill = 0; kill < 2; kill++) {
      const writer = fork(fileURLToPath(new URL('./killed-writer.ts', import.meta.url)), [folder], {
        execArgv: ['--import', 'tsx'],
      })
      const target = acknowledged + 50
      const reached = new Promise<void>(resolve => {
        writer.on('message', n => {
          acknowledged = Number(n)
          if (acknowledged >= target) resolve()
        })
      })
      await Promise.race([reached, once(writer, 'exit').then(() => Promise.reject(new Error('the writer ended by itself')))])
      const refused = pgliteSql({ folder })
      await expect(refused).rejects.toBeInstanceOf(DataFolderLocked)
      await expect(refused).rejects.toThrow(String(writer.pid))
      const gone = once(writer, 'exit')
      writer.kill('SIGKILL')
      await gone
    }
    const sql = await pgliteSql({ folder })
    const [counted] = await sql.query<{ firsts: number; seconds: number }>(
      'SELECT (SELECT count(*) FROM firsts) AS firsts, (SELECT count(*) FROM seconds) AS seconds',
    )
    await sql.close()
    expect(counted!.firsts).toBeGreaterThanOrEqual(acknowledged)
    expect(counted!.seconds).toBe(counted!.firsts)
  })

  test('housekeeping gives the write-ahead log and dead rows back', async () => {
    const sql = await pgliteSql({})
    expect(await checkpointWhenDue(sql)).toBe(false)
    expect(await vacuumWhenDue(sql)).toBeUndefined()
    await sql.script(`CREATE TABLE busy AS SELECT n, repeat('x', 500) AS pad FROM generate_series(1, 20000) n`)
    for (let n = 0; n < 7; n++) await sql.query('UPDATE busy SET n = n + 1')
    expect(await checkpointWhenDue(sql)).toBe(true)
    expect(await checkpointWhenDue(sql)).toBe(false)
    // Statistics are told within a second or so, of the changes and of the vacuum alike.
    await vi.waitFor(async () => expect(await vacuumWhenDue(sql)).toBe('public.busy'), { timeout: 10_000, interval: 200 })
    await vi.waitFor(async () => expect(await vacuumWhenDue(sql)).toBeUndefined(), { timeout: 10_000, interval: 200 })
    await sql.close()
  })
})
