import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Sql, SqlRow, SqlValue, Tx } from '../../streams/sql.ts'

/** The promises every `Sql` keeps (streams/sql.ts). */
export function sqlContract(name: string, open: () => Promise<Sql>): void {
  describe(name, { timeout: 60_000 }, () => {
    let sql: Sql
    beforeAll(async () => {
      sql = await open()
    }, 60_000)
    afterAll(() => sql?.close(), 60_000)
    const the = () => sql

    values(the)
    arrays(the)
    errors(the)
    transactions(the)
    load(the)
  })
}

const one = async <R extends SqlRow>(tx: Tx, text: string, values?: readonly SqlValue[]): Promise<R> =>
  (await tx.query<R>(text, values))[0]!

function values(the: () => Sql): void {
  const largest = Number.MAX_SAFE_INTEGER
  const kept: [string, SqlValue, unknown][] = [
    ['bigint', largest, largest],
    ['bigint', -largest, -largest],
    ['bigint', 42n, 42],
    ['integer', -7, -7],
    ['double precision', 0.1, 0.1],
    ['double precision', -1.5e-300, -1.5e-300],
    ['numeric', '12345678901234567890.0001', '12345678901234567890.0001'],
    ['text', 'گاہک été 🌊 "\\\' {},', 'گاہک été 🌊 "\\\' {},'],
    ['text', '', ''],
    ['boolean', false, false],
    ['jsonb', '{"a":[1,null,"ä"],"b":{"c":true}}', { a: [1, null, 'ä'], b: { c: true } }],
    ['jsonb', '"text"', 'text'],
    ['uuid', '0f8fad5b-d9cb-469f-a165-70867728950e', '0f8fad5b-d9cb-469f-a165-70867728950e'],
    ['bytea', Buffer.from([0, 1, 254, 255]), Buffer.from([0, 1, 254, 255])],
    ['bytea', new Uint8Array([9, 8]).subarray(1), Buffer.from([8])],
    ['bytea', new Uint8Array(), Buffer.alloc(0)],
  ]
  test.each(kept)('%s %s goes in and comes back', async (type, sent, back) => {
    expect(await one(the(), `SELECT $1::${type} AS value`, [sent])).toEqual({ value: back })
  })

  test('null of every type comes back as null', async () => {
    for (const type of ['bigint', 'numeric', 'text', 'boolean', 'jsonb', 'bytea', 'bigint[]'])
      expect(await one(the(), `SELECT $1::${type} AS value`, [null])).toEqual({ value: null })
  })

  test('a statement without values has the same types', async () => {
    expect(await one(the(), `SELECT 5::bigint AS a, 1.50::numeric AS b, '{"x":1}'::jsonb AS c, '\\x00ff'::bytea AS d`)).toEqual({
      a: 5,
      b: '1.50',
      c: { x: 1 },
      d: Buffer.from([0, 255]),
    })
  })

  test('a bigint that no number holds is an error, not another number', async () => {
    await expect(the().query('SELECT 9007199254740993::bigint AS value')).rejects.toThrow('9007199254740993')
    expect(await one(the(), 'SELECT 1 AS fine')).toEqual({ fine: 1 })
  })

  test('bytes of a megabyte go in and come back', async () => {
    const bytes = Buffer.alloc(1 << 20, 'سلام')
    const { back, length } = await one<{ back: Buffer; length: number }>(
      the(),
      'SELECT $1::bytea AS back, octet_length($1::bytea) AS length',
      [bytes],
    )
    expect(length).toBe(1 << 20)
    expect(bytes.equals(back)).toBe(true)
  })
}

function arrays(the: () => Sql): void {
  const kept: [string, SqlValue, unknown][] = [
    ['bigint', [1, null, Number.MAX_SAFE_INTEGER], [1, null, Number.MAX_SAFE_INTEGER]],
    ['integer', [], []],
    ['text', [], []],
    ['bytea', [], []],
    [
      'text',
      ['', 'NULL', 'null', null, '{}', 'a,b', ' "q" ', '\\', 'ä'],
      ['', 'NULL', 'null', null, '{}', 'a,b', ' "q" ', '\\', 'ä'],
    ],
    ['bytea', [Buffer.from([0, 255]), null, new Uint8Array()], [Buffer.from([0, 255]), null, Buffer.alloc(0)]],
    ['boolean', [true, null, false], [true, null, false]],
    ['double precision', [0.25, null, -1e100], [0.25, null, -1e100]],
    ['numeric', ['1.50', null], ['1.50', null]],
  ]
  test.each(kept)('%s[] %j goes in and comes back', async (type, sent, back) => {
    expect(await one(the(), `SELECT $1::${type}[] AS value`, [sent])).toEqual({ value: back })
  })

  test('any text keeps its place and its characters in an array', async () => {
    const text = fc.string({ unit: 'grapheme' }).map(s => s.replaceAll('\0', ''))
    await fc.assert(
      fc.asyncProperty(fc.array(fc.option(text)), async sent => {
        const rows = await the().query('SELECT value FROM unnest($1::text[]) WITH ORDINALITY AS u(value, n) ORDER BY n', [sent])
        expect(rows.map(({ value }) => value)).toEqual(sent)
      }),
      { numRuns: 50 },
    )
  })

  test('an upsert by unnest writes each column, nulls too, and replaces what is there', async () => {
    const sql = the()
    const table = unique()
    await sql.query(`CREATE TABLE ${table} (id text PRIMARY KEY, n bigint, body jsonb, bytes bytea)`)
    const upsert = (ids: string[], ns: (number | null)[], bodies: (string | null)[], bytes: (Uint8Array | null)[]) =>
      sql.query(
        `INSERT INTO ${table} SELECT id, n, body::jsonb, bytes FROM unnest($1::text[], $2::bigint[], $3::text[], $4::bytea[]) AS u(id, n, body, bytes)
         ON CONFLICT (id) DO UPDATE SET n = excluded.n, body = excluded.body, bytes = excluded.bytes RETURNING id`,
        [ids, ns, bodies, bytes],
      )
    expect(await upsert([], [], [], [])).toEqual([])
    await upsert(['a', 'b'], [1, null], ['{"k":"1"}', null], [Buffer.from('x'), null])
    expect(await upsert(['b', 'c'], [5, 6], ['[2]', '3'], [null, Buffer.from('z')])).toEqual([{ id: 'b' }, { id: 'c' }])
    expect(await sql.query(`SELECT * FROM ${table} ORDER BY id`)).toEqual([
      { id: 'a', n: 1, body: { k: '1' }, bytes: Buffer.from('x') },
      { id: 'b', n: 5, body: [2], bytes: null },
      { id: 'c', n: 6, body: 3, bytes: Buffer.from('z') },
    ])
    await sql.query(`DROP TABLE ${table}`)
  })
}

function errors(the: () => Sql): void {
  const refused: [string, string, string, SqlValue[]][] = [
    ['a NUL in a text', '22021', 'SELECT $1::text', ['a\0b']],
    ['a NUL in an array of texts', '22021', 'SELECT $1::text[]', [['a\0b']]],
    ['a NUL in JSON', '22P05', 'SELECT $1::jsonb', ['"\\u0000"']],
    ['broken JSON', '22P02', 'SELECT $1::jsonb', ['{']],
    ['a syntax error', '42601', 'SELEC $1::text', ['a']],
    ['a table that is not there', '42P01', 'SELECT $1::text FROM no_such_table', ['a']],
    ['a division by zero', '22012', 'SELECT 1 / $1::integer', [0]],
  ]
  test.each(refused)('%s is refused with SQLSTATE %s, and what comes next works', async (_, code, text, values) => {
    const sql = the()
    const asked = [
      sql.query(text, values),
      sql.query('SELECT $1::integer AS n', [1]),
      sql.query(text, values),
      sql.query('SELECT 2 AS n'),
    ]
    const [first, second, third, fourth] = await Promise.allSettled(asked)
    expect(first).toMatchObject({ status: 'rejected', reason: { code } })
    expect(second).toEqual({ status: 'fulfilled', value: [{ n: 1 }] })
    expect(third).toMatchObject({ status: 'rejected', reason: { code } })
    expect(fourth).toEqual({ status: 'fulfilled', value: [{ n: 2 }] })
  })

  test('a unique violation has code 23505 and names the constraint', async () => {
    const sql = the()
    const table = unique()
    await sql.query(`CREATE TABLE ${table} (id integer CONSTRAINT ${table}_one UNIQUE)`)
    const twice = sql.query(`INSERT INTO ${table} SELECT unnest($1::integer[])`, [[1, 1]])
    await expect(twice).rejects.toMatchObject({ code: '23505', constraint: `${table}_one` })
    await sql.query(`DROP TABLE ${table}`)
  })

  test('a statement still works after its table got another column', async () => {
    const sql = the()
    const table = unique()
    await sql.query(`CREATE TABLE ${table} (a integer)`)
    const read = () => sql.query(`SELECT * FROM ${table} WHERE $1`, [true])
    await read()
    await sql.query(`ALTER TABLE ${table} ADD COLUMN b integer`)
    await read().catch(() => {}) // its plan was made for the old table: one failure at most for each connection
    expect(await read()).toEqual([])
    await sql.query(`DROP TABLE ${table}`)
  })

  test('a script runs all its statements, and a function body with semicolons is one of them', async () => {
    const sql = the()
    const table = unique()
    await sql.script(`
      CREATE TABLE ${table} (id integer); -- first; with a semicolon
      CREATE FUNCTION ${table}_count() RETURNS bigint LANGUAGE sql AS $$ SELECT count(*) FROM ${table}; $$;
      INSERT INTO ${table} VALUES (1), (2);
    `)
    expect(await one(sql, `SELECT ${table}_count() AS n`)).toEqual({ n: 2 })
    await expect(sql.script(`INSERT INTO ${table} VALUES (3); SELECT 1 / 0;`)).rejects.toMatchObject({ code: '22012' })
    expect(await one(sql, `SELECT ${table}_count() AS n`)).toEqual({ n: 2 })
    await sql.script(`DROP FUNCTION ${table}_count; DROP TABLE ${table}`)
  })
}

function transactions(the: () => Sql): void {
  let table: string
  const rows = () => the().query(`SELECT id, n FROM ${table} ORDER BY id`)
  const insert = (tx: Tx, id: number) => tx.query(`INSERT INTO ${table} (id, n) VALUES ($1, 0)`, [id])
  beforeEach(async () => {
    if (table !== undefined) await the().query(`DROP TABLE ${table}`)
    table = unique()
    await the().query(`CREATE TABLE ${table} (id integer PRIMARY KEY, n integer NOT NULL)`)
  })

  test('a transaction answers with what its work answers, and is there afterwards', async () => {
    const answer = await the().transaction(async tx => {
      await insert(tx, 1)
      return 'done'
    })
    expect(answer).toBe('done')
    expect(await rows()).toEqual([{ id: 1, n: 0 }])
  })

  test('work that throws leaves nothing, and its own error comes out', async () => {
    const failing = the().transaction(async tx => {
      await insert(tx, 1)
      throw new Error('changed my mind')
    })
    await expect(failing).rejects.toThrow('changed my mind')
    expect(await rows()).toEqual([])
  })

  test('a statement that fails inside a transaction rolls all of it back', async () => {
    const failing = the().transaction(async tx => {
      await insert(tx, 1)
      await insert(tx, 1)
    })
    await expect(failing).rejects.toMatchObject({ code: '23505' })
    expect(await rows()).toEqual([])
  })

  test('a transaction whose work swallowed a failure rejects, since nothing of it was kept', async () => {
    const failing = the().transaction(async tx => {
      await insert(tx, 1)
      await insert(tx, 1).catch(() => {})
      return 'all is well'
    })
    await expect(failing).rejects.toThrow('rolled back')
    expect(await rows()).toEqual([])
  })

  test('statements asked together inside a transaction are all part of it, in order', async () => {
    await the().transaction(tx => Promise.all([insert(tx, 1), tx.query(`UPDATE ${table} SET n = $1`, [7]), insert(tx, 2)]))
    expect(await rows()).toEqual([
      { id: 1, n: 7 },
      { id: 2, n: 0 },
    ])
  })

  test('a handle used after its transaction ended is refused instead of writing outside of it', async () => {
    let leaked: Tx | undefined
    await the().transaction(async tx => {
      leaked = tx
    })
    await expect(insert(leaked!, 1)).rejects.toThrow('over')
    expect(await rows()).toEqual([])
  })

  test('last statements that COMMIT follows unasked are answered and kept', async () => {
    const answers = await the().transaction(async tx => {
      await insert(tx, 1)
      const [, moved] = await tx.andCommit(
        Promise.all([insert(tx, 2), tx.query(`UPDATE ${table} SET n = $1 WHERE id = 1 RETURNING n`, [7])]),
      )
      return moved
    })
    expect(answers).toEqual([{ n: 7 }])
    expect(await rows()).toEqual([
      { id: 1, n: 7 },
      { id: 2, n: 0 },
    ])
  })

  test('of last statements that COMMIT follows unasked nothing is kept where one fails, and its own error comes out', async () => {
    const failing = the().transaction(tx => tx.andCommit(Promise.all([insert(tx, 1), insert(tx, 1), insert(tx, 2)])))
    await expect(failing).rejects.toMatchObject({ code: '23505' })
    expect(await rows()).toEqual([])
    await the().transaction(tx => insert(tx, 3))
    expect(await rows()).toEqual([{ id: 3, n: 0 }])
  })

  test('of last statements nothing is kept where the values of one could not be put together, however deep that happens', async () => {
    const broken = async () => {
      for (let i = 0; i < 50; i++) await undefined
      throw new Error('no such value')
    }
    const failing = the().transaction(tx => tx.andCommit(Promise.all([insert(tx, 1), broken()])))
    await expect(failing).rejects.toThrow('no such value')
    expect(await rows()).toEqual([])
  })

  test('a statement asked after the last ones is refused', async () => {
    let late: Promise<unknown> | undefined
    await the().transaction(async tx => {
      await tx.andCommit(insert(tx, 1))
      late = insert(tx, 2)
      late.catch(() => {})
    })
    await expect(late).rejects.toThrow('over')
    expect(await rows()).toEqual([{ id: 1, n: 0 }])
  })

  test('nobody sees what is not committed', async () => {
    const sql = the()
    const inserted = signal()
    const writing = sql.transaction(async tx => {
      await insert(tx, 1)
      inserted.done()
      await insert(tx, 2)
    })
    await inserted.reached
    const seen = await rows() // waits for the transaction where there is one connection
    await writing
    expect([0, 2]).toContain(seen.length)
    expect(await rows()).toHaveLength(2)
  })

  test('FOR UPDATE makes concurrent transactions add up', async () => {
    const sql = the()
    await insert(sql, 1)
    await Promise.all(
      Array.from({ length: 20 }, () =>
        sql.transaction(async tx => {
          const { n } = await one<{ n: number }>(tx, `SELECT n FROM ${table} WHERE id = $1 FOR UPDATE`, [1])
          await tx.query(`UPDATE ${table} SET n = $1 WHERE id = $2`, [n + 1, 1])
        }),
      ),
    )
    expect(await rows()).toEqual([{ id: 1, n: 20 }])
  })

  test('SKIP LOCKED hands each row to one transaction', async () => {
    const sql = the()
    for (const id of [1, 2, 3, 4]) await insert(sql, id)
    const claim = () =>
      sql.transaction(async tx => {
        const { id } = await one<{ id: number }>(
          tx,
          `SELECT id FROM ${table} WHERE n = $1 ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED`,
          [0],
        )
        await tx.query(`UPDATE ${table} SET n = 1 WHERE id = $1`, [id])
        return id
      })
    expect((await Promise.all([claim(), claim(), claim(), claim()])).sort()).toEqual([1, 2, 3, 4])
  })

  test('a snapshot sees one instant, whatever is committed meanwhile', async () => {
    const sql = the()
    await insert(sql, 1)
    const begun = signal()
    let written: Promise<unknown> = Promise.resolve()
    const seen = await sql.transaction(
      async tx => {
        const before = await tx.query(`SELECT id FROM ${table}`)
        written = sql.query(`INSERT INTO ${table} (id, n) VALUES (2, 0)`)
        begun.done()
        await tx.query('SELECT pg_sleep(0.1)')
        return [before, await tx.query(`SELECT id FROM ${table}`)]
      },
      { snapshot: true },
    )
    await written
    expect(seen).toEqual([[{ id: 1 }], [{ id: 1 }]])
    expect(await rows()).toHaveLength(2)
  })

  test('a transaction is READ COMMITTED unless a snapshot is asked for', async () => {
    const level = (options?: { snapshot?: boolean }) => the().transaction(tx => one(tx, 'SHOW transaction_isolation'), options)
    expect(await level()).toEqual({ transaction_isolation: 'read committed' })
    expect(await level({ snapshot: true })).toEqual({ transaction_isolation: 'repeatable read' })
  })
}

function load(the: () => Sql): void {
  test('many queries at once each get their own answer', async () => {
    const answers = await Promise.all(Array.from({ length: 300 }, (_, n) => one(the(), 'SELECT $1::integer AS n', [n])))
    expect(answers).toEqual(Array.from({ length: 300 }, (_, n) => ({ n })))
  })

  test('queries and transactions asked together come out whole, also where some of them fail', async () => {
    const sql = the()
    const table = unique()
    await sql.query(`CREATE TABLE ${table} (id integer PRIMARY KEY, pair integer NOT NULL)`)
    const pair = (n: number) =>
      sql.transaction(async tx => {
        await tx.query(`INSERT INTO ${table} VALUES ($1, $2)`, [2 * n, n])
        if (n % 5 === 0) throw new Error('left half done')
        await tx.query(`INSERT INTO ${table} VALUES ($1, $2)`, [2 * n + 1, n])
      })
    const asked = Array.from({ length: 100 }, (_, n) => (n % 3 === 0 ? sql.query(`SELECT count(*) AS n FROM ${table}`) : pair(n)))
    const counts = (await Promise.allSettled(asked)).flatMap(each =>
      each.status === 'fulfilled' && each.value ? [each.value[0]!.n as number] : [],
    )
    for (const count of counts) expect(count % 2).toBe(0)
    const written = Array.from({ length: 100 }, (_, n) => n).filter(n => n % 3 !== 0 && n % 5 !== 0).length
    expect(await one(sql, `SELECT count(*) AS n FROM ${table}`)).toEqual({ n: 2 * written })
    await sql.query(`DROP TABLE ${table}`)
  })

  test('a large result comes whole and in order', async () => {
    const rows = await the().query<{ n: number; pad: string }>(
      `SELECT n, repeat('x', 200) AS pad FROM generate_series(1, $1::integer) n`,
      [20_000],
    )
    expect(rows).toHaveLength(20_000)
    for (const [i, row] of rows.entries()) if (row.n !== i + 1 || row.pad.length !== 200) throw new Error(`row ${i} is ${row.n}`)
  })

  test('more different statements than are kept prepared work', async () => {
    const answers = await Promise.all(Array.from({ length: 600 }, (_, n) => one(the(), `SELECT $1::integer + ${n} AS n`, [1])))
    expect(answers).toEqual(answers.map((_, n) => ({ n: n + 1 })))
  })
}

const unique = () => `t_${randomUUID().replaceAll('-', '')}`

function signal(): { done: () => void; reached: Promise<void> } {
  let done = () => {}
  const reached = new Promise<void>(resolve => {
    done = resolve
  })
  return { done, reached }
}
