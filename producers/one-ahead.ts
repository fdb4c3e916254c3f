import type { Batch } from './batches.ts'
import type { Place } from './files/lines.ts'
import type { Sink } from './sink.ts'

/** Lets one batch be on its way while the next is made: order holds, and no more than two batches are in memory. */
export interface OneAhead {
  /** Waits for the batch before, and throws what it failed with. */
  send(batch: Batch): Promise<void>
  done(): Promise<void>
  sent(): number
}

/** @param arrived told after a batch is durable: everything before the place was sent */
export function oneAhead(sink: Sink, arrived: (place: Place) => Promise<void>): OneAhead {
  let sent = 0
  let onItsWay: Promise<unknown> = Promise.resolve()
  const done = async () => {
    const failure = await onItsWay
    if (failure !== undefined) throw failure
  }
  const deliver = async ({ events, place }: Batch) => {
    await sink.send(events)
    sent += events.length
    await arrived(place)
  }
  return {
    async send(batch) {
      await done()
      onItsWay = deliver(batch).catch((failure: unknown) => failure ?? new Error('the sink failed without a reason'))
    },
    done,
    sent: () => sent,
  }
}
