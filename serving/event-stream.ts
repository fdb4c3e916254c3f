import { Readable } from 'node:stream'

/** One named event; JSON has no line break, so one `data` line is enough (https://html.spec.whatwg.org/multipage/server-sent-events.html). */
export const serverSentEvent = (name: string, data: object): string => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`

/** Whether the caller asked for events as they come, and not for one answer. */
export const wantsEvents = (accept: string | undefined): boolean => /\btext\/event-stream\b/i.test(accept ?? '')

export const EVENT_STREAM = 'text/event-stream'
/** Neither kept by caches nor held back by proxies. */
export const streamHeaders = { 'cache-control': 'no-store', 'x-accel-buffering': 'no' } as const

/** A stream that is written to as things happen. */
export interface EventStream {
  readonly body: Readable
  say(name: string, data: object): void
  end(): void
}

export function eventStream(): EventStream {
  const body = new Readable({ read() {} })
  return {
    body,
    say: (name, data) => void body.push(serverSentEvent(name, data)),
    end: () => void body.push(null),
  }
}
