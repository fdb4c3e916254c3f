import { topics } from '../schemas/topics.ts'
import type { Clock } from '../streams/clock.ts'
import { type Codec, openCodec } from '../streams/codec.ts'
import type { Log } from '../streams/log.ts'
import { type TopicNames, topicNames } from '../streams/topic-names.ts'
import type { Config } from './config.ts'
import { schemaRegistry } from './registry.ts'

/** Creates what topics are missing and registers their schemas. A registry that does not answer is waited for: nothing can be written without it. */
export async function openTopics(
  config: Config,
  log: Log,
  clock: Clock,
  warn: (message: string, details: Readonly<Record<string, unknown>>) => void,
): Promise<{ names: TopicNames; codec: Codec }> {
  const names = topicNames({ prefix: config.topicPrefix, partitions: config.partitions })
  await log.createTopics(topics.map(names.config))
  const url = config.storage.mode === 'stack' ? config.storage.registryUrl : undefined
  const registry = url === undefined ? undefined : schemaRegistry(url, ms => clock.sleep(ms))
  for (let ms = 500; ; ms = Math.min(10_000, ms * 2)) {
    try {
      return { names, codec: await openCodec(topics, names.of, registry) }
    } catch (error) {
      if (!/ECONNREFUSED|ECONNRESET|ETIMEDOUT|status 5\d\d|timeout/i.test(String(error))) throw error
      warn('waiting for the schema registry', { url, error: String(error), ms })
      await clock.sleep(ms)
    }
  }
}
