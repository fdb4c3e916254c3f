import { expect, test } from 'vitest'
import { processors } from '../../consumers/all.ts'
import { hops } from '../../infra/serve.ts'
import { builtInTexts } from '../../infra/text-models.ts'
import type { Topic } from '../../schemas/topic.ts'
import { customerChanges, events } from '../../schemas/topics.ts'

const all = hops(
  processors({ currency: 'PKR', timeZone: 'Asia/Karachi' } as unknown as Parameters<typeof processors>[0], builtInTexts()),
)

test('whoever waits until an event is applied does not wait for ever: the way to what lookups show never leads back', () => {
  let topics: readonly Topic[] = [events]
  for (let on = 0; on < all.length; on++)
    topics = all.filter(({ topic }) => topics.includes(topic)).flatMap(({ onwards }) => onwards)
  expect(topics.map(({ name }) => name)).toEqual([])
})

test('campaigns, which no lookup shows, are not waited for', () => {
  expect(all.filter(({ topic }) => topic === customerChanges).map(({ processor }) => processor)).toEqual(['scorer'])
})
