import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { CsvRecords, MAX_RECORD } from '../../../../infra/analytics/read/csv-records.ts'

type Told = readonly [row: number, fields: readonly string[] | string]

/** All records of bytes that come in chunks of these sizes, and then in one. */
function recordsOf(bytes: Buffer, delimiter = ',', sizes: readonly number[] = []): Told[] {
  const told: Told[] = []
  const records = new CsvRecords(delimiter.charCodeAt(0), {
    row: ({ bytes, starts, ends, count }, row) =>
      told.push([row, Array.from({ length: count }, (_, field) => bytes.toString('utf8', starts[field]!, ends[field]!))]),
    broken: (how, row) => told.push([row, how]),
  })
  let at = 0
  for (const size of sizes) {
    records.push(bytes.subarray(at, at + size))
    at += size
  }
  records.push(bytes.subarray(at))
  records.end()
  return told
}

const fieldsOf = (text: string, delimiter = ',') => recordsOf(Buffer.from(text), delimiter).map(([, fields]) => fields)

/** What makes trouble, more often than by chance. */
const troubled = fc.string({
  unit: fc.constantFrom('"', '\ufeff', ',', ';', '\t', '\n', '\r', ' ', 'a', 'b', '1', 'چ', 'é', '""', '\r\n'),
  maxLength: 60,
})

/** A table as somebody's program may write it. */
const written = fc
  .record({
    delimiter: fc.constantFrom(',', ';', '\t', '|'),
    lineEnd: fc.constantFrom('\n', '\r\n', '\r'),
    lastEnd: fc.boolean(),
    width: fc.integer({ min: 1, max: 5 }),
  })
  .chain(style =>
    fc.record({
      style: fc.constant(style),
      rows: fc.array(fc.array(fc.tuple(troubled, fc.boolean()), { minLength: style.width, maxLength: style.width }), {
        minLength: 1,
        maxLength: 8,
      }),
    }),
  )
  .map(({ style, rows }) => {
    const field = ([value, quoted]: [string, boolean]) =>
      quoted || /["\n\r,;\t|\ufeff]/.test(value) || /^ *$/.test(value) || /^ /.test(value)
        ? `"${value.replaceAll('"', '""')}"`
        : value
    const text = rows.map(row => row.map(field).join(style.delimiter)).join(style.lineEnd) + (style.lastEnd ? style.lineEnd : '')
    return { text, delimiter: style.delimiter, table: rows.map(row => row.map(([value]) => value)) }
  })

describe('records of CSV', () => {
  test('a table that is written comes back, whatever delimiter, quotes and line ends it has', () => {
    fc.assert(
      fc.property(written, ({ text, delimiter, table }) => {
        // An empty line is no row, nor is a row of one empty field.
        expect(fieldsOf(text, delimiter)).toEqual(table.filter(row => row.length > 1 || row[0] !== ''))
      }),
      { numRuns: 500 },
    )
  })

  test('what csv-parse reads comes out as it reads it', () => {
    fc.assert(
      fc.property(written, ({ text, delimiter }) => {
        const parsed: string[][] = parse(text, { delimiter, record_delimiter: ['\r\n', '\n', '\r'], skip_empty_lines: true })
        expect(fieldsOf(text, delimiter)).toEqual(parsed.filter(row => row.length > 1 || row[0] !== ''))
      }),
      { numRuns: 500 },
    )
  })

  test('however bytes are cut into chunks, broken ones too, the same comes out', () => {
    fc.assert(
      fc.property(fc.array(troubled), fc.array(fc.integer({ min: 0, max: 7 })), (texts, sizes) => {
        const bytes = Buffer.from(texts.join('\0'))
        expect(recordsOf(bytes, ',', sizes)).toEqual(recordsOf(bytes))
      }),
      { numRuns: 2000 },
    )
  })

  test('around the longest record the cuts change nothing either', () => {
    for (const length of [MAX_RECORD - 3, MAX_RECORD - 2, MAX_RECORD - 1, MAX_RECORD, MAX_RECORD + 1, 3 * MAX_RECORD])
      for (const [before, after] of [
        ['a,', '\nb,c\n'],
        ['a,"', '"\r\nb,c\r\n'],
        ['"a\n', '",x\nb,c'],
        ['', ''],
      ] as const) {
        const bytes = Buffer.from(`${before}${'x'.repeat(length)}${after}`)
        const whole = recordsOf(bytes)
        for (const size of [1, 1000, MAX_RECORD - 1, MAX_RECORD, MAX_RECORD + 1])
          expect(recordsOf(bytes, ',', [size, 65_536, 65_536, 3, 1]), `${length} ${before} ${size}`).toEqual(whole)
      }
  })

  test('a field without quotes keeps those within it', () => {
    expect(fieldsOf('5" pipe,a"b"c\n')).toEqual([['5" pipe', 'a"b"c']])
  })

  test('blanks around quotes are no part of the field', () => {
    expect(fieldsOf('a,  "b, c" ,d\n')).toEqual([['a', 'b, c', 'd']])
  })

  test('a broken record costs its own line, and the next ones are read', () => {
    expect(recordsOf(Buffer.from('a,b\n"x"y,1\nc,d\n"open,2\ne,f\n'))).toEqual([
      [1, ['a', 'b']],
      [2, 'quotes_broken'],
      [3, ['c', 'd']],
      [4, 'quotes_broken'],
      [5, ['e', 'f']],
    ])
  })

  test('rows are numbered as spreadsheets do: empty lines are rows, line ends in quotes are not', () => {
    expect(recordsOf(Buffer.from('a,b\r\n\r\n"x\r\ny",1\r\nc,d'))).toEqual([
      [1, ['a', 'b']],
      [3, ['x\r\ny', '1']],
      [4, ['c', 'd']],
    ])
  })

  test('fields of a record beyond what is told apart are counted, and the next record is read', () => {
    const counts: number[] = []
    const records = new CsvRecords(44, { row: ({ count }) => counts.push(count), broken: () => counts.push(-1) })
    records.push(Buffer.from(`${'"a""b",'.repeat(100_000)}\na,b\n`))
    records.end()
    expect(counts).toEqual([100_001, 2])
  })
})
