import { expect, test } from 'vitest'
import { lruCache } from '../../infra/cache/lru-cache.ts'
import { systemClock as clock } from '../../streams/clock.ts'
import { silent } from '../../streams/meter.ts'
import { namedCache } from '../../streams/named-cache.ts'

test('two purposes of one cache do not meet, whatever their keys', async () => {
  const cache = lruCache({ bytes: 100_000, clock })
  const [lists, answers] = [namedCache(cache, 'lists', silent), namedCache(cache, 'answers', silent)]
  await lists.set('k', Buffer.from('a list'), 60_000)
  expect(await answers.get('k')).toBeUndefined()
  await answers.delete('k')
  expect(Buffer.from((await lists.get('k'))!).toString()).toBe('a list')
})
