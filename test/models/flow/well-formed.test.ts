import fc from 'fast-check'
import { Compile } from 'typebox/compile'
import { expect, test } from 'vitest'
import { checkFlow } from '../../../models/flow/check-flow.ts'
import { wellFormed } from '../../../models/flow/well-formed.ts'
import { Flow } from '../../../schemas/flow.ts'
import { flowShop } from '../../support/flow-shop.ts'
import { asking, end, flowOf, limit, message, schedule, split } from '../../support/flow-steps.ts'

const messages = (value: unknown) => {
  const formed = wellFormed(value)
  return 'findings' in formed ? formed.findings.map(({ message: said, pointer }) => `${pointer} ${said}`) : []
}
const good = flowOf([message('hi', 'end'), end()])

test('a step that is wrong is told of by its own field and id, not by a choice of seventeen', () => {
  const wrong = flowOf([{ ...message('hi', 'end'), discount: { type: 'percent', value: 200 } } as never, end()])
  expect(messages(wrong)).toEqual([
    '/steps/0/discount/value "value" of "discount" of step "hi" must be a number, more than 0 and at most 100, and is 200.',
  ])
})

test.each([
  [
    'a type that there is not',
    { ...good, steps: [{ id: 'a', type: 'sms', events: [] }] },
    'Step "a" is of the type "sms", which there is not',
  ],
  ['no type', { ...good, steps: [{ id: 'a', events: [] }] }, 'Step "a" needs "type"'],
  ['no id', { ...good, steps: [{ type: 'end', events: [] }] }, 'Step number 1 needs "id"'],
  ['an unknown field', { ...good, more: 1 }, 'The flow has a field "more"'],
  [
    '__proto__',
    JSON.parse('{"initialStepID":"a","steps":[{"id":"a","type":"end","events":[]}],"__proto__":{"x":1}}'),
    '"__proto__"',
  ],
  [
    'a duration in months',
    flowOf([{ ...schedule('s', {}, 'end'), type: 'delay', duration: 'P1M' } as never, end()]),
    'must be a duration in ISO 8601',
  ],
  [
    'a condition',
    flowOf([split('s', { all: [{ field: 'colour', op: 'eq', value: 1 }] }, 'end', 'end'), end()]),
    'must be a field of the customer',
  ],
  ['no object', [], 'The flow must be an object'],
])('%s is named in a sentence', (_, value, said) => {
  expect(messages(value).join('\n')).toContain(said)
})

test('what is found is empty exactly where the value is a flow', () => {
  const check = Compile(Flow)
  const steps = [
    ...flowOf([
      asking('a', { 'reply:yes': 'b', no_reply: 'end' }),
      limit('b', 2, 'a', 'end'),
      schedule('c', { days: ['mon'] }, 'a'),
      end(),
    ]).steps,
  ]
  const value = fc.oneof(
    { weight: 1, arbitrary: fc.jsonValue() },
    { weight: 3, arbitrary: fc.constantFrom('P1D', 3, 'a', ['mon'], 'end', true, {}, null) },
  )
  const changed = fc.tuple(
    fc.nat({ max: 3 }),
    fc.constantFrom('id', 'type', 'events', 'content', 'after', 'days', 'occurrences', 'extra'),
    value,
  )
  fc.assert(
    fc.property(fc.array(changed, { maxLength: 2 }), changes => {
      const made = {
        ...good,
        steps: steps.map((step, i) => ({
          ...step,
          ...Object.fromEntries(changes.filter(([at]) => at === i).map(([, name, put]) => [name, put])),
        })),
      }
      expect(messages(made).length === 0).toBe(check.Check(made))
    }),
    { numRuns: 2000 },
  )
})

test('whatever the value is, there is a report', () => {
  fc.assert(
    fc.property(fc.oneof(fc.anything(), fc.jsonValue({ maxDepth: 8 })), value => {
      const { passed, findings } = checkFlow(value, flowShop)
      expect(passed).toBe(false)
      expect(findings.length).toBeGreaterThan(0)
    }),
    { numRuns: 2000 },
  )
})

const nested = (depth: number, wrap: (inner: object) => object): object => {
  let condition: object = { field: 'segment', op: 'exists' }
  for (let i = 0; i < depth; i++) condition = wrap(condition)
  return condition
}
test.each([
  [
    'conditions 10,000 deep',
    flowOf([
      split(
        's',
        nested(10_000, not => ({ not })),
        'end',
        'end',
      ),
      end(),
    ]),
  ],
  [
    'conditions 10,000 deep by any',
    flowOf([
      split(
        's',
        nested(10_000, one => ({ any: [one, one] })),
        'end',
        'end',
      ),
      end(),
    ]),
  ],
  ['lists 100,000 deep', JSON.parse(`${'['.repeat(5000)}${']'.repeat(5000)}`)],
  ['a million values', Array.from({ length: 1_000_000 }, (_, i) => i)],
  ['a list within itself a million times', Array.from({ length: 1000 }, () => Array.from({ length: 1000 }, () => ({})))],
  ['ten million characters', flowOf([message('a', 'end', { content: 'x'.repeat(10_000_000) }), end()])],
  ['a name of ten million characters', { ['x'.repeat(10_000_000)]: 1 }],
])('%s are refused at once', (_, value) => {
  expect(checkFlow(value, flowShop).findings.map(({ code }) => code)).toEqual(['flow_too_large'])
})
