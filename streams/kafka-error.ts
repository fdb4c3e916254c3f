import { LogUnavailable } from './log-unavailable.ts'

/** Errors of kafkajs's own that say the brokers are out of reach, by name: several classes share a name, and wrappers hide the rest. */
const OUT_OF_REACH = new Set([
  'KafkaJSConnectionError',
  'KafkaJSConnectionClosedError',
  'KafkaJSRequestTimeoutError',
  'KafkaJSBrokerNotFound',
  'KafkaJSNoBrokerAvailableError',
  'KafkaJSGroupCoordinatorNotFound',
  'KafkaJSMetadataNotLoaded',
  'KafkaJSTopicMetadataNotLoaded',
  'KafkaJSTimeout',
  'KafkaJSLockTimeout',
])

/**
 * What an error of kafkajs means, by its innermost cause: the wrappers say only that something was tried often enough.
 * Protocol errors are Kafka's answer; those it calls retriable (no leader, too few replicas) pass, except that a topic
 * which does not exist is not about to.
 */
export function kafkaError(error: unknown, doing: string): Error {
  if (error instanceof LogUnavailable) return error
  const cause = root(error)
  const { name, message, type, retriable } = cause
  if (type === 'UNKNOWN_TOPIC_OR_PARTITION') return new Error(`${doing}: Kafka does not have the topic`, { cause: error })
  const passes = type === undefined ? OUT_OF_REACH.has(name) : retriable === true
  return new (passes ? LogUnavailable : Error)(`${doing}: ${message}`, { cause: error })
}

interface KafkaCause {
  readonly name: string
  readonly message: string
  /** Protocol errors only: Kafka's name of the error. */
  readonly type?: string
  readonly retriable?: boolean
}

function root(error: unknown): KafkaCause {
  if (!(error instanceof Error)) return { name: typeof error, message: String(error) }
  return error.cause instanceof Error ? root(error.cause) : error
}
