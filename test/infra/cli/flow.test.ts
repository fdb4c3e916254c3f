import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { flowFindings } from '../../../infra/cli/flow-findings.ts'
import { flowTree } from '../../../infra/cli/flow-tree.ts'
import { lockFolder } from '../../../infra/sql/folder-lock.ts'
import { checkFlow } from '../../../models/flow/check-flow.ts'
import { aFlow, aFlowWith } from '../../support/a-flow.ts'
import { aShop } from '../../support/a-shop.ts'
import { flatAnswer } from '../../support/flat-answer.ts'
import { startLlm } from '../../support/llm-server.ts'
import { runTarang } from '../../support/run-tarang.ts'

// Every command is a process of its own, and a busy machine takes seconds to start one.
vi.setConfig({ testTimeout: 300_000 })

const WISH = "Win back customers who haven't bought in 90 days with 20 % off, wait 3 days, remind once"
const folder = mkdtempSync(join(tmpdir(), 'tarang-flow-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const file = (name: string, content: string) => {
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}

describe('tarang flow', () => {
  test('shows the flow of a sentence to a person, with no server and no database', async () => {
    const { code, stdout, stderr } = await runTarang(['flow', WISH], { TARANG_DATA_DIR: join(folder, 'never') })
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toMatch(/wait 3 days/)
    expect(stdout).toMatch(/20 % off/)
    expect(stdout).toMatch(/The flow may run\./)
    expect(stdout).toMatch(/written by built-in planner in \d+ ms/)
  })

  test('gives programs the flow alone, and takes what it gave', async () => {
    const { stdout } = await runTarang(['flow', WISH, '--language', 'roman-ur', '--json'])
    const flow = JSON.parse(stdout)
    expect(checkFlow(flow, aShop).passed).toBe(true)
    expect(new Set(flow.steps.flatMap(({ language }: { language?: string }) => language ?? []))).toEqual(new Set(['roman-ur']))
    const checked = await runTarang(['flow', '--check', file('flow.json', stdout)])
    expect([checked.code, checked.stdout]).toEqual([0, expect.stringMatching(/^The flow may run\./)])
  })

  test('says what is wrong with a flow, and the exit code says it too', async () => {
    const bad = { ...aFlow, initialStepID: 'nowhere' }
    const { code, stdout } = await runTarang(['flow', '--check', file('bad.json', JSON.stringify(bad))])
    expect([code, stdout]).toEqual([1, expect.stringMatching(/^The flow may not run\.\n✗ .*nowhere.*\([a-z_]+.*\)/)])
    const { stdout: json } = await runTarang(['flow', '--check', join(folder, 'bad.json'), '--json'])
    expect(JSON.parse(json)).toMatchObject({ passed: false, findings: [{ severity: 'error' }] })
  })

  test.each([
    ['nothing', [], /Say what the campaign is to do/],
    ['an empty wish', ['  '], /description_empty/],
    ['a long wish', ['x'.repeat(20_001)], /description_too_long/],
    ['another language', ['Hi', '--language', 'fr'], /Allowed choices are en, ur, roman-ur/],
    ['a wish and a flow', ['Hi', '--check', 'x.json'], /--check FILE takes no description/],
    ['a file that is not there', ['--check', join(folder, 'none.json')], /there is no such file/],
    ['prose for a flow', ['--check', file('prose.json', 'Dear customer')], /is no JSON.*json_invalid/],
  ])('%s is told in a sentence, and the exit code is not 0', async (_, args, message) => {
    const { code, stderr } = await runTarang(['flow', ...args])
    expect(code).not.toBe(0)
    expect(stderr).toMatch(message)
    expect(stderr).not.toMatch(/^\s+at .+:\d+/m)
  })

  test('asks the model that is set; where a server has its account, the planner writes and says so', async () => {
    const llm = await startLlm()
    llm.moods = [{ content: JSON.stringify(flatAnswer(aFlow)) }]
    const dataDir = join(folder, 'data')
    const env = { OPENAI_BASE_URL: llm.url, OPENAI_MODEL: 'test', TARANG_DATA_DIR: dataDir }
    const { stdout } = await runTarang(['flow', WISH, '--json'], env)
    expect(JSON.parse(stdout)).toMatchObject({ ...aFlow, metadata: { model_used: 'test', tokens_used: 450 } })
    const lock = lockFolder(join(dataDir, 'pglite'))
    const locked = await runTarang(['flow', WISH, '--json'], env)
    expect(locked.stderr).toMatch(/A server has the data folder/)
    expect(JSON.parse(locked.stdout).metadata.model_used).toBe('built-in planner')
    lock.release()
    await llm.close()
  })
})

describe('a flow as a person reads it', () => {
  test('has each step once, in its order, and what comes of a choice below it', () => {
    const [offer, wait, , done] = aFlow.steps
    const tree = flowTree({
      ...aFlow,
      holdoutPercent: 10,
      steps: [
        {
          ...offer,
          link: 'https://shop.example/eid',
          discount: { type: 'percent', value: 20, code: 'EID20', expiresAfter: 'P7D' },
        },
        { ...wait, events: [{ type: 'default', nextStepID: 'bought' }] },
        {
          id: 'bought',
          type: 'split',
          condition: {
            all: [
              { field: 'purchases.count', op: 'gte', value: 1, within: 'P3D' },
              {
                any: [
                  { field: 'segment', op: 'in', value: ['Lost', 'At Risk'] },
                  { not: { field: 'profile.city', op: 'exists' } },
                ],
              },
            ],
          },
          events: [
            { type: 'match', nextStepID: 'done' },
            { type: 'else', nextStepID: 'again' },
          ],
        },
        {
          id: 'again',
          type: 'limit',
          occurrences: 2,
          events: [
            { type: 'allowed', nextStepID: 'offer' },
            { type: 'limited', nextStepID: 'done' },
          ],
        },
        done,
      ],
    })
    expect(tree.split('\n')).toEqual([
      'Win back',
      'begins   inactivity after 90 days',
      'enters   once',
      'leaves   at a purchase',
      'held out 10 % of them',
      '',
      '1. text “Hi {{first_name}}, we miss you: {{discount}} on your next order.”',
      '   en · 20 % off, code EID20, for 7 days · https://shop.example/eid',
      '2. wait 3 days',
      '3. where purchases.count ≥ 1 within 3 days and (segment is one of Lost, At Risk or not (profile.city is known))',
      '   yes:',
      '     4. end',
      '   no:',
      '     5. at most 2 times',
      '        allowed:',
      '          → step 1',
      '        limited:',
      '          → step 4',
    ])
  })

  test('of 200 steps in a row is 200 lines', () => {
    const steps = Array.from({ length: 199 }, (_, i) => ({
      id: `s${i}`,
      type: 'delay' as const,
      duration: 'PT1H',
      events: [{ type: 'default' as const, nextStepID: i === 198 ? 'done' : `s${i + 1}` }],
    }))
    const tree = flowTree({ initialStepID: 's0', steps: [...steps, { id: 'done', type: 'end', events: [] }] })
    expect(tree.split('\n').at(-1)).toBe('200. end')
  })

  test('is followed by what is wrong and how a customer gets there', () => {
    const [offer] = aFlow.steps
    const told = flowFindings({
      passed: false,
      findings: [
        {
          code: 'too_many_texts',
          severity: 'error',
          message: 'A customer gets 4 texts within a day.',
          pointer: '/steps/0',
          step: offer.id,
          timeline: [
            { after: 0, step: 'offer', what: 'gets a text' },
            { after: 3_600_000, step: 'offer', what: 'gets a text' },
          ],
          fixable: true,
        },
      ],
      properties: [{ property: 'texts_per_day', outcome: 'refuted', detail: 'up to 4' }],
    })
    expect(told.split('\n')).toEqual([
      'The flow may not run.',
      '✗ A customer gets 4 texts within a day. (too_many_texts, can be put right)',
      '    at once  offer: gets a text',
      '    after 1 hour  offer: gets a text',
      '✗ texts per day: up to 4',
    ])
    expect(flowTree(aFlowWith())).toContain('3. text')
  })
})
