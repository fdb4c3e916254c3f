import { afterAll, beforeAll, expect, test } from 'vitest'
import type { TextStep } from '../../../consumers/fill-text.ts'
import { textFiller } from '../../../infra/sms/text-filler.ts'
import type { Sql } from '../../../streams/sql.ts'
import { freshSql } from './sms-fixture.ts'

let sql: Sql
beforeAll(async () => {
  sql = await freshSql()
  await sql.query(`INSERT INTO profiles (customer_id, partition, traits, stamps) VALUES ('ada', 0, '{"firstName": "Ada"}', '{}')`)
  const products = [
    ['tea', 'Green tea', '450'],
    ['mug', 'Red mug', '1200.50'],
    ['pot', 'Tea pot', null],
  ]
  for (const product of products)
    await sql.query(
      `INSERT INTO products (product_id, partition, version, name, price, available, stamps, trend_value, trend_at, norm, pairs)
       VALUES ($1, 0, 1, $2, $3, true, '{}', 0, 0, 0, '[]')`,
      product,
    )
  await sql.query(
    `INSERT INTO recommendations (customer_id, partition, batch, seq, recommendation_id, as_of, body, answer)
     VALUES ('ada', 0, 0, 1, 'r', 0, '{"items": [{"productId": "mug"}, {"productId": "tea", "name": "Old name"}, {"productId": "pot"}]}', '')`,
  )
})
afterAll(() => sql.close())

const fill = (content: string, step: Partial<TextStep> = {}, customerId = 'ada') =>
  textFiller(sql, { shop: 'Chai House', currency: 'PKR', zone: 'Asia/Karachi' })(customerId, content, {
    at: Date.parse('2026-03-01T20:00:00Z'),
    ...step,
  })

test.each([
  ['Hi {{first_name}}, it is {{shop}}.', {}, 'Hi Ada, it is Chai House.'],
  ['{{product}} for {{price}}, {{product_2}}: {{link}}', {}, 'Red mug for Rs 1,200.50, Green tea: {{link}}'],
  [
    '{{discount}} with {{code}} until {{expires}}',
    { discount: { type: 'percent', value: 20, code: 'SPRING', expiresAfter: 'P2D' } },
    '20% off with SPRING until 4 Mar',
  ],
  ['{{product}} is {{price}} now. Also {{product_2}}.', { product: 'tea' }, 'Green tea is Rs 450 now. Also Red mug.'],
  ['Which one?', { choices: 'recommended', count: 2, product: 'tea' }, 'Which one?\n1. Red mug\n2. Green tea'],
  ['Which one?', { choices: 'recommended', count: 2 }, 'Which one?\n1. Red mug\n2. Green tea'],
  ['Which one?', { choices: [{ productId: 'pot' }, { productId: 'tea', label: 'Tea' }] }, 'Which one?\n1. Tea pot\n2. Tea'],
  [
    'Hello {{first_name}}.',
    { contactCard: { name: 'Ayesha', phone: '+923001234567' }, imageUrl: 'https://shop.pk/eid.jpg' },
    'Hello Ada.\nAyesha: +923001234567\nhttps://shop.pk/eid.jpg',
  ],
] as const)('%j is filled with what is known now', async (content, step, text) => {
  expect(await fill(content, step as Partial<TextStep>)).toEqual({ text })
})

test('without a name a text reads on; a text with a place that nothing is known for does not go', async () => {
  expect(await fill('Hi {{first_name}}, hello.', {}, 'bob')).toEqual({ text: 'Hi, hello.' })
  expect(await fill('For you: {{product}}', {}, 'bob')).toHaveProperty('refused')
  expect(await fill('{{product}} is back', { product: 'gone' })).toHaveProperty('refused')
  expect(await fill('Which?', { choices: 'recommended' }, 'bob')).toHaveProperty('refused')
  expect(await fill('Which?', { choices: [{ productId: 'gone' }] })).toHaveProperty('refused')
})
