import type { Topic } from '../schemas/topic.ts'
import type { Written } from './outbound.ts'
import type { TopicNames } from './topic-names.ts'

/** What `position` in answers and `?after=` hold: how far one must have read, opaque to outsiders. */
export const encodePosition = (written: readonly Written[]): string =>
  Buffer.from(JSON.stringify(written.map(({ topic, partition, end }) => [topic.name, partition, end]))).toString('base64url')

/** Undefined for anything that `encodePosition` did not make for these topics. */
export function decodePosition(text: string, topics: readonly Topic[], names: TopicNames): Written[] | undefined {
  let places: unknown
  try {
    places = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
  } catch {
    return undefined
  }
  if (!Array.isArray(places) || places.length > 1000) return undefined
  const written = places.map(place => readPlace(place, topics, names))
  return written.every(place => place !== undefined) ? written : undefined
}

function readPlace(place: unknown, topics: readonly Topic[], names: TopicNames): Written | undefined {
  if (!Array.isArray(place) || place.length !== 3) return undefined
  const [name, partition, end] = place as unknown[]
  const topic = topics.find(topic => topic.name === name)
  if (topic === undefined || !Number.isSafeInteger(partition) || !Number.isSafeInteger(end)) return undefined
  const fits = (partition as number) >= 0 && (partition as number) < names.partitions(topic) && (end as number) >= 0
  return fits ? { topic, partition: partition as number, end: end as number } : undefined
}
