import { describe, expect, test } from 'vitest'
import { journalOn, jsonLogger } from '../../infra/logger.ts'

function logger(level = 'info') {
  const lines: string[] = []
  return { lines, log: jsonLogger(level, { write: line => void lines.push(line) }) }
}

describe('a line of the log', () => {
  test('has the masked number where a phone is named, and nothing of texts and keys', () => {
    const { lines, log } = logger()
    log.info({ to: '+923001234567', text: 'hi', key: 'k', sms: { phone: '+923007654321', authorization: 'Bearer x' } }, 'm')
    expect(JSON.parse(lines[0]!)).toMatchObject({
      to: '+92•••••67',
      text: '•••',
      key: '•••',
      sms: { phone: '+92•••••21', authorization: '•••' },
    })
  })

  test.each([
    ['an error’s words', (n: string) => ({ err: new Error(`Key (phone)=(${n}) already exists`) })],
    ['an address', (n: string) => ({ url: `/customers?phone=${encodeURIComponent(n)}` })],
    ['a deep field', (n: string) => ({ a: { b: { c: [n] } } })],
    ['the message', (n: string) => n],
  ])('has no number that can be called in %s', (_, line) => {
    const { lines, log } = logger()
    const said = line('+923001234567')
    if (typeof said === 'string') log.warn(`sent to ${said}`)
    else log.warn(said, 'm')
    expect(JSON.parse(lines[0]!)).toBeDefined()
    expect(lines[0]).not.toMatch(/3001234567/)
    expect(lines[0]).toContain('•••••67')
  })

  test('keeps instants, offsets and amounts as they are', () => {
    const { lines, log } = logger()
    log.info({ at: '2026-11-01T08:26:00.123456789+05:00', offset: 123456789012, sum: '1e+21' }, 'm')
    expect(JSON.parse(lines[0]!)).toMatchObject({ at: '2026-11-01T08:26:00.123456789+05:00', offset: 123456789012, sum: '1e+21' })
  })
})

test('below debug the journal does not even offer lines about every event, so that nobody gathers their details', () => {
  expect(journalOn(logger('info').log).debug).toBeUndefined()
  expect(journalOn(logger('debug').log).debug).toBeDefined()
})
