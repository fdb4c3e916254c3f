import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test, vi } from 'vitest'
import type { RehearsalView } from '../../../serving/rehearsal-view.ts'
import { runTarang } from '../../support/run-tarang.ts'
import { winBack } from '../../support/win-back.ts'

// Every command is a process of its own, and a busy machine takes seconds to start one.
vi.setConfig({ testTimeout: 300_000 })

const folder = mkdtempSync(join(tmpdir(), 'tarang-rehearse-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const file = (name: string, content: string) => {
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}

const DAY = 86_400_000
const FIRST = Date.parse('2025-01-01T12:00:00Z')
/** Ten customers bought once, on a day of their own; the first buys again after 70 days, and one is still there at the end. */
const events = [
  ...Array.from({ length: 10 }, (_, day) => [`c${day}`, day] as const),
  ['c0', 70] as const,
  ['late', 150] as const,
].map(([customerId, day], n) => ({
  type: 'purchase',
  id: `e${n}`,
  customerId,
  orderId: `o${n}`,
  occurredAt: new Date(FIRST + day * DAY).toISOString(),
  lines: [{ productId: 'tea', quantity: 1, unitPrice: '5.00' }],
}))
const history = file('history.jsonl', events.map(event => JSON.stringify(event)).join('\n'))
const flow = file('flow.json', JSON.stringify(winBack))
const settings = {
  TARANG_DATA_DIR: join(folder, 'never'),
  TARANG_LINK_HOSTS: 'shop.example',
  TARANG_TIME_ZONE: 'UTC',
  TARANG_SMS_PRICE: '2.50',
}
const rehearse = (...args: string[]) => runTarang(['flow', 'rehearse', ...args], settings)

describe('tarang flow rehearse', () => {
  test('tells a program what a flow would have done over a file, and that adds up', async () => {
    const { code, stdout } = await rehearse(flow, '--history', history, '--from', '2025-01-01', '--json')
    expect(code).toBe(0)
    const view = JSON.parse(stdout) as RehearsalView
    expect(view).toMatchObject({
      from: '2025-01-01T00:00:00.000Z',
      reachable: true,
      customers: { known: 10, entered: 10, heldOut: 0, neither: 0 },
      // To the end of 90 days each got two: c0 once more, 60 days after the second purchase, which is later.
      texts: { planned: 20, sent: 20, waiting: 0, suppressed: {} },
      cost: { pricePerPart: '2.50', total: '50.00' },
      expected: null,
    })
    expect(view.timelines).toHaveLength(10)
  })

  test('shows it to a person, to the end of the history where nothing else is said', async () => {
    const { code, stdout } = await rehearse(flow, '--history', history)
    expect(code).toBe(0)
    expect(stdout).toMatch(/2 Mar 2025 12:00 to 31 May 2025 12:00, from a history of \d+ records/)
    expect(stdout).toMatch(/texts planned +\d+\n/)
    expect(stdout).toMatch(/texts per hour, at most/)
    expect(stdout).toMatch(/They enter\./)
  })

  test('sends to nobody of whom the history knows no phone, if it is to', async () => {
    const { stdout } = await rehearse(flow, '--history', history, '--from', '2025-01-01', '--reach', 'known', '--json')
    expect(JSON.parse(stdout)).toMatchObject({ reachable: false, texts: { planned: 20, sent: 0, suppressed: { no_phone: 20 } } })
  })

  test('goes over an empty log as well', async () => {
    const { code, stdout } = await runTarang(['flow', 'rehearse', flow, '--json'], {
      ...settings,
      TARANG_DATA_DIR: join(folder, 'data'),
    })
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({ customers: { known: 0 }, history: { records: 0, first: null }, expected: null })
  })

  test.each([
    [
      'a flow that may not run',
      [file('bad.json', JSON.stringify({ ...winBack, initialStepID: 'x' })), '--history', history],
      /may not run/,
    ],
    ['no flow', [file('prose.json', 'Dear customer'), '--history', history], /is no JSON.*json_invalid/],
    ['no history', [flow, '--history', join(folder, 'none.csv')], /there is no such file/],
    ['a file of something else', [flow, '--history', flow], /./],
    ['no time', [flow, '--history', history, '--from', '2025-03-01', '--to', '2025-02-01'], /no time between/],
    ['a mapping of nothing', [flow, '--mapping', history], /belongs to a --history/],
  ])('%s is told, not thrown', async (_, args, message) => {
    const { code, stderr } = await rehearse(...args)
    expect(code).toBe(1)
    expect(stderr).toMatch(message)
    expect(stderr).not.toMatch(/at .*\.ts:/)
  })
})
