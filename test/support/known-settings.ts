import { readConfig } from '../../infra/config.ts'

/** The name of every setting that the configuration reads, found by letting it read. */
export const knownSettings: ReadonlySet<string> = (() => {
  const asked = new Set<string>()
  // What makes it look further: the stack's settings, the gateway's, the receiver's of traces.
  const given: Record<string, string> = {
    KAFKA_BROKERS: 'kafka:9092',
    DATABASE_URL: 'postgres://postgres/tarang',
    SMS_GATEWAY: 'http',
    SMS_URL: 'http://gateway',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318',
  }
  readConfig(
    new Proxy(given, {
      get(target, name: string) {
        asked.add(name)
        return target[name]
      },
    }),
  )
  return asked
})()
