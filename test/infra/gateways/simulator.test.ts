import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { simulator } from '../../../infra/gateways/simulator.ts'
import { type SimulatorRecord, simulatorRecord } from '../../../infra/gateways/simulator-record.ts'
import { readScript, type SimulatorScript, scripted } from '../../../infra/gateways/simulator-script.ts'
import { systemClock as clock } from '../../../streams/clock.ts'
import type { Sql } from '../../../streams/sql.ts'
import { freshSql } from '../sms/sms-fixture.ts'

vi.setConfig({ testTimeout: 30_000, hookTimeout: 60_000 })

const TO = '+923001234567'

describe('a script', () => {
  const fates = (script: SimulatorScript, n = 2000) => {
    const ruleOf = scripted(script)
    return Array.from({ length: n }, (_, i) => ruleOf(TO, `r${i}`, 0).does ?? 'take')
  }

  test('gives a rule about its share of texts, the same ones in every run, and others under another seed', () => {
    const script: SimulatorScript = { seed: 'a', rules: [{ share: 0.1, does: 'lose_answer' }] }
    const lost = fates(script).filter(fate => fate === 'lose_answer').length
    expect(lost).toBeGreaterThan(150)
    expect(lost).toBeLessThan(250)
    expect(fates(script)).toEqual(fates(script))
    expect(fates({ ...script, seed: 'b' })).not.toEqual(fates(script))
  })

  test('goes by number and by the clock, the first rule that fits', () => {
    const ruleOf = scripted({
      rules: [
        { to: '^\\+92300', does: 'refuse' },
        { fromMs: 1000, untilMs: 2000, everyMs: 10_000, does: 'outage' },
        { untilMs: 500, does: 'throttle' },
      ],
    })
    const does = (to: string, at: number) => ruleOf(to, 'r', at).does
    expect(does(TO, 1500)).toBe('refuse')
    const other = [0, 499, 500, 999, 1000, 1999, 2000, 10_400, 11_500, 21_999].map(at => does('+14155550100', at))
    expect(other).toEqual([
      'throttle',
      'throttle',
      undefined,
      undefined,
      'outage',
      'outage',
      undefined,
      undefined,
      'outage',
      'outage',
    ])
  })

  test.each([
    ['{', 'it is not JSON'],
    ['[]', /the whole/],
    ['{"rules":[{"does":"explode"}]}', /\/rules\/0\/does/],
    ['{"rules":[{"share":2}]}', /\/rules\/0\/share/],
    ['{"rules":[{"to":"("}]}', '/rules/0/to: expected a regular expression'],
    ['{"rule":[]}', /./],
  ])('%s is told what is wrong with it', (text, wrong) => {
    expect(readScript(text)).toEqual({ wrong: typeof wrong === 'string' ? wrong : expect.stringMatching(wrong) })
  })

  test('as the documentation has it is one', () => {
    const text =
      '{"seed":"a","latencyMs":50,"rules":[{"to":"^\\\\+92300","share":0.1,"does":"lose_answer","receipts":[{"status":"delivered","afterMs":-5}]}]}'
    expect(readScript(text)).toMatchObject({ script: { latencyMs: 50 } })
  })
})

describe('the simulator', () => {
  let sql: Sql
  let record: SimulatorRecord
  beforeAll(async () => {
    sql = await freshSql()
    record = await simulatorRecord(sql)
  })
  afterAll(() => sql.close())
  beforeEach(() => sql.script('TRUNCATE simulator_texts'))
  const submission = (reference: string) => ({ reference, to: TO, text: 'Sale!', deadline: Number.POSITIVE_INFINITY })

  test('tells early, late and repeated receipts in their order, and knows what became of a text, also when it is started anew', async () => {
    const told: string[] = []
    const receipts = (['submitted', 'delivered', 'delivered'] as const).map((status, i) => ({
      status,
      afterMs: i === 0 ? -1 : i,
    }))
    const script = { latencyMs: 5, rules: [{ receipts, does: 'lose_answer' as const }] }
    const gateway = simulator({
      clock,
      record,
      script,
      async tell(reference, status) {
        told.push(`${reference} ${status}`)
      },
    })
    const answer = gateway.send(submission('r1')).then(({ outcome }) => told.push(outcome))
    await answer
    await vi.waitFor(() => expect(told).toHaveLength(4))
    expect(told).toEqual(['r1 submitted', 'unknown', 'r1 delivered', 'r1 delivered'])
    const anew = simulator({ clock, record: await simulatorRecord(sql) })
    expect(await anew.capabilities.find!({ reference: 'r1', gatewayId: undefined })).toMatchObject({ status: 'delivered' })
  })

  test.each([
    ['outage', { outcome: 'unreached', detail: 'simulated: outage' }],
    ['lose_request', { outcome: 'unknown', detail: 'simulated: request lost' }],
    ['throttle', { outcome: 'throttled', detail: 'simulated: too many', retryAfterMs: 7 }],
  ] as const)('"%s" leaves nothing in its record', async (does, answer) => {
    const gateway = simulator({ clock, record, script: { latencyMs: 1, rules: [{ does, retryAfterMs: 7 }] } })
    expect(await gateway.send(submission('r1'))).toEqual(answer)
    expect(await gateway.capabilities.find!({ reference: 'r1', gatewayId: undefined })).toMatchObject({ status: 'absent' })
  })

  test('that hangs longer than a call may last has not answered, and knows whether it took the text', async () => {
    const rules = (['take', 'refuse'] as const).map(does => ({ to: `${does.length}$`, does }))
    const gateway = simulator({ clock, record, script: { latencyMs: 5000, rules }, timeoutMs: 50 })
    const answers = ['+4', '+6'].map(to => gateway.send({ ...submission(`to ${to}`), to }))
    expect((await Promise.all(answers)).map(({ outcome }) => outcome)).toEqual(['unknown', 'unknown'])
    const found = ['to +4', 'to +6'].map(reference => gateway.capabilities.find!({ reference, gatewayId: undefined }))
    expect((await Promise.all(found)).map(({ status }) => status)).toEqual(['submitted', 'absent'])
  })

  test('stops telling when it is closed', async () => {
    const told: string[] = []
    const script = { latencyMs: 1, rules: [{ receipts: [{ status: 'delivered' as const, afterMs: 50 }] }] }
    const gateway = simulator({ clock, record, script, tell: async (_, status) => void told.push(status) })
    await gateway.send(submission('r1'))
    await gateway.close()
    await clock.sleep(100)
    expect(told).toEqual([])
  })
})
