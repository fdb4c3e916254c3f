import { routeEvent } from '../schemas/route-event.ts'
import type { Publish } from '../streams/outbound.ts'
import type { Sink } from './sink.ts'

/** Straight onto the log, where the engine or Kafka is at hand. */
export const logSink = (publish: Publish): Sink => ({
  async send(events) {
    await publish(events.map(routeEvent))
  },
})
