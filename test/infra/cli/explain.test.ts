import { expect, test } from 'vitest'
import { DataValidationError } from '../../../infra/analytics/customer-analytics-error.ts'
import { explain } from '../../../infra/cli/explain.ts'

const failed = (code: string, message: string) => Object.assign(new Error(message), { code })

test.each([
  ['57P01', 'terminating connection due to administrator command'],
  ['57P03', 'the database system is starting up'],
  ['28P01', 'password authentication failed'],
  ['ECONNREFUSED', 'connect ECONNREFUSED'],
])('a database out of reach (%s) is told in a sentence, not in a stack', (code, message) => {
  expect(explain(failed(code, message))).toBe(`Postgres: ${message}. Check DATABASE_URL; \`tarang doctor\` tells more.`)
})

test('an address tried in two families at once has no message of its own: its code is told', () => {
  expect(explain(failed('ECONNREFUSED', ''))).toMatch(/^Postgres: ECONNREFUSED\./)
})

test('what nobody can mend keeps its stack', () => {
  expect(explain(failed('42P01', 'relation "customer" does not exist'))).toBeUndefined()
  expect(explain(new TypeError('x is not a function'))).toBeUndefined()
})

test('a folder that is to be made where a file is says so', () => {
  const error = Object.assign(failed('EEXIST', 'file already exists'), { path: 'books', syscall: 'mkdir' })
  expect(explain(error)).toBe('books: it is there already, and is no folder.')
})

test('what is wrong with the files of an analysis is told with what to do about it', () => {
  expect(explain(new DataValidationError('file_empty', 'customers.csv is empty.'))).toBe(
    'customers.csv is empty.\nGive a file that has something in it: a header and rows.',
  )
})
