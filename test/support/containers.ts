import { GenericContainer, getContainerRuntimeClient, Wait } from 'testcontainers'
import type { Begun } from './choose-stack.ts'
import { freePort } from './free-port.ts'
import { pinnedImage } from './pinned-image.ts'

/** Images may have to be fetched first. */
const PATIENCE_MS = 300_000

/** Whether a Docker daemon, or what speaks its language, answers here. */
export const dockerAnswers = (): Promise<boolean> =>
  getContainerRuntimeClient().then(
    () => true,
    () => false,
  )

/** The servers of docker-compose.yml, empty, each on a port of its own. They end with this process, however it ends. */
export async function beginContainers(): Promise<Begun> {
  const { info } = await getContainerRuntimeClient()
  const { host } = info.containerRuntime
  const brokerPort = await freePort()
  const begun = await Promise.all([kafka(host, brokerPort).start(), registry().start(), postgres().start(), redis().start()])
  const [, schemas, database, cache] = begun
  return {
    settings: {
      KAFKA_BROKERS: `${host}:${brokerPort}`,
      SCHEMA_REGISTRY_URL: `http://${host}:${schemas.getMappedPort(8080)}/apis/ccompat/v7`,
      DATABASE_URL: `postgres://tarang:tarang@${host}:${database.getMappedPort(5432)}/tarang`,
      REDIS_URL: `redis://${host}:${cache.getMappedPort(6379)}`,
    },
    async stop() {
      await Promise.all(begun.map(container => container.stop()))
    },
  }
}

const container = (service: string): GenericContainer =>
  new GenericContainer(pinnedImage(service)).withStartupTimeout(PATIENCE_MS)

/** A broker tells its clients where to come back to, so its port on the host is chosen before it starts. Settings are those of infra/stack. */
const kafka = (host: string, port: number): GenericContainer =>
  container('kafka')
    .withEnvironment({
      KAFKA_NODE_ID: '1',
      KAFKA_PROCESS_ROLES: 'broker,controller',
      KAFKA_CONTROLLER_QUORUM_VOTERS: '1@localhost:9093',
      KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
      KAFKA_INTER_BROKER_LISTENER_NAME: 'INSIDE',
      KAFKA_LISTENERS: 'INSIDE://:9092,CONTROLLER://:9093,HOST://:9094',
      KAFKA_ADVERTISED_LISTENERS: `INSIDE://localhost:9092,HOST://${host}:${port}`,
      KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'INSIDE:PLAINTEXT,CONTROLLER:PLAINTEXT,HOST:PLAINTEXT',
      KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false',
      KAFKA_MESSAGE_MAX_BYTES: '8388608',
      KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
      KAFKA_GROUP_MIN_SESSION_TIMEOUT_MS: '1000',
      KAFKA_BROKER_SESSION_TIMEOUT_MS: '2000',
      KAFKA_BROKER_HEARTBEAT_INTERVAL_MS: '500',
      KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
      KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: '1',
      KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: '1',
      KAFKA_SHARE_COORDINATOR_STATE_TOPIC_REPLICATION_FACTOR: '1',
      KAFKA_SHARE_COORDINATOR_STATE_TOPIC_MIN_ISR: '1',
    })
    .withExposedPorts({ container: 9094, host: port })
    .withWaitStrategy(Wait.forLogMessage(/Kafka Server started/))

const registry = (): GenericContainer =>
  container('registry')
    .withEnvironment({ QUARKUS_OTEL_SDK_DISABLED: 'true', QUARKUS_HTTP_ACCESS_LOG_ENABLED: 'false' })
    .withExposedPorts(8080)
    .withWaitStrategy(Wait.forHttp('/apis/ccompat/v7/subjects', 8080))

/** It says that it is ready twice: first for making the database, reached by its socket only. */
const postgres = (): GenericContainer =>
  container('postgres')
    .withEnvironment({ POSTGRES_USER: 'tarang', POSTGRES_PASSWORD: 'tarang', POSTGRES_DB: 'tarang' })
    .withCommand(['postgres', '-c', 'max_connections=200'])
    .withExposedPorts(5432)
    .withWaitStrategy(Wait.forLogMessage(/ready to accept connections/, 2))

const redis = (): GenericContainer =>
  container('redis')
    .withCommand(['redis-server', '--save', '', '--appendonly', 'no', '--maxmemory', '64mb', '--maxmemory-policy', 'allkeys-lru'])
    .withExposedPorts(6379)
    .withWaitStrategy(Wait.forLogMessage(/Ready to accept connections/))
