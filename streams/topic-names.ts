import type { Topic } from '../schemas/topic.ts'
import { deadLetters } from '../schemas/topics.ts'
import type { TopicConfig } from './log.ts'

/** What topics are called in this deployment and how many partitions they have. */
export interface TopicNames {
  readonly of: (topic: Topic) => string
  readonly partitions: (topic: Topic) => number
  readonly config: (topic: Topic) => TopicConfig
}

/** A dead letter has the record whole, in base64: it must have room for the largest there is on any other topic. */
const LETTER_BYTES = 16 << 20
const RETENTION = { keep: 'keep', week: { days: 7 }, passed: { days: 7 }, compact: 'compact' } as const

/** `<prefix>.<name>.v1`; customer topics share one partition count, chosen for the peak. */
export const topicNames = ({ prefix, partitions }: { prefix: string; partitions: number }): TopicNames => {
  const names: TopicNames = {
    of: topic => `${prefix}.${topic.name}.v1`,
    partitions: topic => (topic.partitioned === 'one' ? 1 : partitions),
    config: topic => ({
      name: names.of(topic),
      partitions: names.partitions(topic),
      retention: RETENTION[topic.retention],
      ...(topic === deadLetters ? { largest: LETTER_BYTES } : {}),
      // A client may stamp what it likes: how old records are decides what is late, and how long ids are remembered.
      ...(topic.open ? { stamped: 'by the log' } : {}),
    }),
  }
  return names
}
