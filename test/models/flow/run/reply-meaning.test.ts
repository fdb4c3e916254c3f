import { expect, test } from 'vitest'
import { choiceOf, replyEdge } from '../../../../models/flow/run/reply-meaning.ts'
import { yesOrNo } from '../../../../models/flow/run/yes-or-no.ts'
import type { FlowEdge } from '../../../../schemas/flow.ts'

test.each([
  ['Yes please!', 'yes'],
  ['haan ji, bhej dein', 'yes'],
  ['جی ہاں', 'yes'],
  ['👍', 'yes'],
  ['OK', 'yes'],
  ['No thanks', 'no'],
  ["don't want it", 'no'],
  ['jee nahi', 'no'],
  ['جی نہیں', 'no'],
  ['❌', 'no'],
  ['Where is my parcel?', undefined],
  ['', undefined],
])('%j says %s', (text, said) => {
  expect(yesOrNo(text)).toBe(said)
})

const edges = (...intents: string[]): FlowEdge[] =>
  intents.map(intent => ({ type: 'reply', intent, nextStepID: intent === '' ? 'all' : intent }))

test.each([
  [['yes', 'no'], { text: 'jee nahi' }, 'no'],
  [['interested', 'decline'], { text: 'haan' }, 'interested'],
  [['Product question', 'help'], { text: 'Is it blue?', intent: 'product_question' }, 'Product question'],
  [['yes'], { text: 'I take two of them', intent: 'buy' }, 'yes'],
  [['yes', 'buy'], { text: 'I take two of them', intent: 'buy' }, 'buy'],
  [['help'], { text: 'HELP', intent: 'other' }, 'help'],
  [['SALE'], { text: 'sale!', intent: 'other' }, 'SALE'],
  [['yes', 'other'], { text: 'hm', intent: 'complaint' }, 'other'],
  [['complaint', 'other'], { text: 'hm', intent: 'complaint' }, 'complaint'],
  [['yes', ''], { intent: 'praise' }, 'all'],
  [['yes'], { text: 'hm', intent: 'complaint' }, undefined],
])('of %j the reply %j goes the way of %s', (intents, reply, way) => {
  expect(replyEdge(edges(...intents), reply)?.nextStepID).toBe(way)
})

test.each([
  ['2', 1],
  ['no. 3 please', 2],
  ['۲', 1],
  ['the red mug', 0],
  ['4', undefined],
  ['0', undefined],
  ['which?', undefined],
])('%j chooses %s', (text, choice) => {
  expect(choiceOf({ text }, ['Red mug', 'Blue mug', 'Pot'], 3)).toBe(choice)
})
