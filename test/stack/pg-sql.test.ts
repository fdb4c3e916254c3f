import { randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { migrate } from '../../infra/sql/migrate.ts'
import { pgSql } from '../../infra/sql/pg-sql.ts'
import { systemClock } from '../../streams/clock.ts'
import { embeddedLog } from '../../streams/embedded-log.ts'
import type { Sql } from '../../streams/sql.ts'
import { logContract } from '../contracts/log.ts'
import { sqlContract } from '../contracts/sql.ts'
import { describeStack } from '../support/stack.ts'

const migrations = fileURLToPath(new URL('../../infra/migrations', import.meta.url))

describeStack('PostgreSQL', ({ databaseUrl }) => {
  const open = (url: string, onError: (error: Error) => void = () => {}) => pgSql({ url, max: 6, onError })
  const emptied: string[] = []
  const server = open(databaseUrl)

  async function newDatabase(): Promise<string> {
    const name = `test_${randomUUID().replaceAll('-', '')}`
    await server.script(`CREATE DATABASE ${name}`)
    emptied.push(name)
    const url = new URL(databaseUrl)
    url.pathname = `/${name}`
    return url.href
  }

  afterAll(async () => {
    for (const name of emptied) await server.script(`DROP DATABASE ${name} WITH (FORCE)`)
    await server.close()
  })

  sqlContract('pg', async () => open(await newDatabase()))

  // Many connections where PGlite has one: appends that meet, and commits told out of order.
  logContract('the embedded log on pg', async () => {
    const sql = open(await newDatabase())
    await migrate(sql, { folder: migrations })
    const log = embeddedLog({ sql, clock: systemClock })
    return {
      log,
      sql,
      atomic: true,
      another: async () => log,
      kill: async () => embeddedLog({ sql, clock: systemClock }),
      close: () => sql.close(),
    }
  })

  describe('pg', () => {
    let sql: Sql
    let database: string
    const heard: Error[] = []
    beforeAll(async () => {
      const url = await newDatabase()
      database = new URL(url).pathname.slice(1)
      sql = open(url, error => heard.push(error))
    })
    afterAll(() => sql.close())

    test('a connection that breaks in a transaction is thrown away, and the next one works', async () => {
      const broken = sql.transaction(async tx => {
        await tx.query('SELECT pg_terminate_backend(pg_backend_pid())')
      })
      await expect(broken).rejects.toThrow()
      expect(await Promise.all(Array.from({ length: 10 }, () => sql.query('SELECT 1 AS n')))).toEqual(
        Array.from({ length: 10 }, () => [{ n: 1 }]),
      )
    })

    test('connections that break while nobody uses them are told of, and replaced', async () => {
      await Promise.all(Array.from({ length: 6 }, () => sql.query('SELECT pg_sleep(0.05)')))
      heard.length = 0
      await server.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [database])
      await expect.poll(() => heard.length).toBe(6)
      expect(await sql.query('SELECT 1 AS n')).toEqual([{ n: 1 }])
    })

    test('a server that is not there is an error of each query, not of the process', async () => {
      const nowhere = pgSql({ url: 'postgres://nobody@127.0.0.1:1/none', onError: () => {} })
      await expect(nowhere.query('SELECT 1')).rejects.toThrow('ECONNREFUSED')
      await expect(nowhere.transaction(async () => {})).rejects.toThrow('ECONNREFUSED')
      await nowhere.close()
    })

    test('a connection on which nobody answers any more is given up, all that is in flight on it fails, and the next one works', async () => {
      const hasty = pgSql({ url: await newDatabase(), max: 2, answerMs: 1000, onError: () => {} })
      let frozen = 0
      try {
        const stuck = hasty.transaction(async tx => {
          const [row] = await tx.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
          frozen = row!.pid
          process.kill(frozen, 'SIGSTOP')
          await tx.andCommit(Promise.all([tx.query('SELECT 1'), tx.query('SELECT $1::int', [2])]))
        })
        await expect(stuck).rejects.toThrow(/timeout|terminated/)
        const answers = await Promise.all([1, 2, 3].map(n => hasty.query('SELECT $1::int AS n', [n])))
        expect(answers).toEqual([[{ n: 1 }], [{ n: 2 }], [{ n: 3 }]])
      } finally {
        process.kill(frozen, 'SIGCONT')
        await hasty.close()
      }
    })

    test('a patient transaction waits for longer than others would', async () => {
      const hasty = pgSql({ url: await newDatabase(), max: 2, answerMs: 300, onError: () => {} })
      await expect(hasty.query('SELECT pg_sleep(1)')).rejects.toThrow('timeout')
      const slept = hasty.transaction(async tx => tx.query('SELECT 1 AS n FROM pg_sleep(1)'), { patient: true })
      expect(await slept).toEqual([{ n: 1 }])
      await hasty.close()
    })

    test('instances that start at once migrate once', async () => {
      const url = await newDatabase()
      const instances = Array.from({ length: 4 }, () => open(url))
      const applied = await Promise.all(instances.map(instance => migrate(instance, { folder: migrations })))
      const recorded = await instances[0]!.query('SELECT name FROM schema_migrations ORDER BY version')
      expect(applied.flat().sort()).toEqual(recorded.map(({ name }) => name))
      await Promise.all(instances.map(instance => instance.close()))
    })
  })
})
