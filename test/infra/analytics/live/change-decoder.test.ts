import { expect, test } from 'vitest'
import { changeDecoder } from '../../../../infra/analytics/live/change-decoder.ts'
import { GrowingColumn, integers } from '../../../../infra/analytics/live/growing-column.ts'
import { BEGAN, changesOf } from './told-shop.ts'

const changes = changesOf([{ customer: 'ada', order: 'o', product: 'tea', at: BEGAN, quantity: 1, price: '2.55' }])
const bundle = Buffer.from(JSON.stringify(changes.map(value => ({ at: BEGAN, key: 'ada', value }))))

test('a record is read whether or not it names a schema of a registry, alone or in a bundle; what is no change is not', async () => {
  const decode = await changeDecoder()
  const named = (bytes: Buffer) => Buffer.concat([Buffer.of(0, 0, 0, 0, 9), bytes])
  const alone = Buffer.from(JSON.stringify(changes[0]))
  for (const bytes of [bundle, named(bundle), alone, named(alone)]) expect(decode(bytes)).toEqual(changes)
  for (const bytes of [Buffer.of(), Buffer.of(0), Buffer.from('{}'), Buffer.from('[{}]'), Buffer.of(0, 0, 0, 0, 9, 0x7b)])
    expect(decode(bytes)).toBeUndefined()
})

test('a column that grew over several chunks is whole, and its places can be changed before', () => {
  const column = new GrowingColumn(integers)
  for (let i = 0; i < 200_000; i++) column.push(i)
  column.set(150_000, -7)
  expect([column.length, column.at(65_535), column.at(65_536), column.at(150_000)]).toEqual([200_000, 65_535, 65_536, -7])
  const all = column.whole()
  expect(all.length).toBe(200_000)
  expect(all.every((value, i) => value === (i === 150_000 ? -7 : i))).toBe(true)
  expect([column.length, new GrowingColumn(integers).whole().length]).toEqual([0, 0])
})
