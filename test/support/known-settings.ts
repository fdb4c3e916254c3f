import { readConfig } from '../../infra/config.ts'

/** The name of every setting that the configuration reads, found by letting it read. */
export const knownSettings: ReadonlySet<string> = (() => {
  const asked = new Set<string>()
  // What makes it look further: the stack's settings, each gateway's, the receiver's of traces.
  const given: Record<string, string> = {
    KAFKA_BROKERS: 'kafka:9092',
    DATABASE_URL: 'postgres://postgres/tarang',
    SMS_URL: 'http://gateway',
    SMS_USER: 'tarang',
    SMS_PASSWORD: 'secret',
    SMS_SENDER: '+15005550006',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318',
  }
  for (const SMS_GATEWAY of ['simulator', 'http', 'kannel', 'twilio'])
    readConfig(
      new Proxy<Record<string, string>>(
        { ...given, SMS_GATEWAY },
        {
          get(target, name: string) {
            asked.add(name)
            return target[name]
          },
        },
      ),
    )
  return asked
})()
