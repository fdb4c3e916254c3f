import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { MigrationError, migrate } from '../../../infra/sql/migrate.ts'
import { pgliteSql } from '../../../infra/sql/pglite-sql.ts'
import type { Sql } from '../../../streams/sql.ts'

let sql: Sql
let folder: string
beforeAll(async () => {
  sql = await pgliteSql({})
}, 60_000)
afterAll(() => sql.close())
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tarang-migrations-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
  await sql.script('DROP SCHEMA public CASCADE; CREATE SCHEMA public')
})
const put = (name: string, text: string) => writeFile(join(folder, name), text)
const names = async () => (await sql.query('SELECT name FROM schema_migrations ORDER BY version')).map(({ name }) => name)

test('files are applied in order, once, and new ones later', async () => {
  await put('002-second.sql', 'INSERT INTO a VALUES (2); INSERT INTO a VALUES (3);')
  await put('001-first.sql', 'CREATE TABLE a (n integer);\n-- a comment; with a semicolon\nINSERT INTO a VALUES (1);')
  expect(await migrate(sql, { folder })).toEqual(['001-first.sql', '002-second.sql'])
  expect(await migrate(sql, { folder })).toEqual([])
  await put('010-third.sql', 'DELETE FROM a WHERE n = 1')
  expect(await migrate(sql, { folder })).toEqual(['010-third.sql'])
  expect(await sql.query('SELECT n FROM a ORDER BY n')).toEqual([{ n: 2 }, { n: 3 }])
  expect(await names()).toEqual(['001-first.sql', '002-second.sql', '010-third.sql'])
})

test('a file that fails leaves nothing of itself, keeps those before it, and is tried again', async () => {
  await put('001-first.sql', 'CREATE TABLE a (n integer)')
  await put('002-broken.sql', 'INSERT INTO a VALUES (1); INSERT INTO b VALUES (1);')
  await expect(migrate(sql, { folder })).rejects.toMatchObject({ code: '42P01' })
  expect(await names()).toEqual(['001-first.sql'])
  expect(await sql.query('SELECT n FROM a')).toEqual([])
  await put('002-broken.sql', 'INSERT INTO a VALUES (1)')
  expect(await migrate(sql, { folder })).toEqual(['002-broken.sql'])
})

test('a file that changed after it was applied is refused by name, other line endings are not a change', async () => {
  await put('001-first.sql', 'CREATE TABLE a (n integer);\nCREATE TABLE b (n integer);\n')
  await migrate(sql, { folder })
  await put('001-first.sql', 'CREATE TABLE a (n integer);\r\nCREATE TABLE b (n integer);\r\n')
  expect(await migrate(sql, { folder })).toEqual([])
  await put('001-first.sql', 'CREATE TABLE a (n bigint);\nCREATE TABLE b (n integer);\n')
  const refused = migrate(sql, { folder })
  await expect(refused).rejects.toBeInstanceOf(MigrationError)
  await expect(refused).rejects.toThrow('001-first.sql')
})

test('a database that newer code has migrated is refused', async () => {
  await put('001-first.sql', 'CREATE TABLE a (n integer)')
  await put('002-newer.sql', 'CREATE TABLE b (n integer)')
  await migrate(sql, { folder })
  await rm(join(folder, '002-newer.sql'))
  await expect(migrate(sql, { folder })).rejects.toThrow(/002-newer\.sql.*newer/)
})

test('a file older than what was applied, a number used twice and a name out of form are refused before anything runs', async () => {
  await put('002-second.sql', 'CREATE TABLE a (n integer)')
  await migrate(sql, { folder })
  await put('001-late.sql', 'CREATE TABLE b (n integer)')
  await expect(migrate(sql, { folder })).rejects.toThrow('001-late.sql')
  await rm(join(folder, '001-late.sql'))
  await put('003-one.sql', 'CREATE TABLE b (n integer)')
  await put('003-two.sql', 'CREATE TABLE c (n integer)')
  await expect(migrate(sql, { folder })).rejects.toThrow(/003-one\.sql.*003-two\.sql/)
  await rm(join(folder, '003-two.sql'))
  await put('4.sql', 'CREATE TABLE c (n integer)')
  await expect(migrate(sql, { folder })).rejects.toThrow('4.sql')
  expect(await names()).toEqual(['002-second.sql'])
})
