import { Readable } from 'node:stream'
import type { Live, LiveEvent, LiveSnapshot } from './ports/live.ts'

/** More pages than people watch; each costs a socket. */
const MAX_CLIENTS = 200
/** A page that is this many bytes behind is not reading: it is dropped, and comes back by itself. */
const MAX_BEHIND = 256 * 1024
/** Proxies end connections on which nothing is said. */
const HEARTBEAT_MS = 15_000

/** Server-sent events for many pages from one subscription, which lasts while somebody watches; each event is written out once. */
export interface LiveFeed {
  /** A stream that begins with what there is now; undefined when there are too many already. */
  open(): Readable | undefined
  close(): void
}

/** https://html.spec.whatwg.org/multipage/server-sent-events.html; JSON has no line break, so one `data` line is enough. */
const message = (event: LiveEvent | ({ type: 'snapshot' } & LiveSnapshot)): string => `data: ${JSON.stringify(event)}\n\n`

export function liveFeed(live: Live): LiveFeed {
  const clients = new Set<Readable>()
  let stop: (() => void) | undefined

  const say = (text: string) => {
    for (const client of clients) if (!client.push(text) && client.readableLength > MAX_BEHIND) client.destroy()
  }
  const start = () => {
    const unsubscribe = live.subscribe(event => say(message(event)))
    const heartbeat = setInterval(() => say(': still here\n\n'), HEARTBEAT_MS)
    return () => {
      clearInterval(heartbeat)
      unsubscribe()
    }
  }
  const leave = (client: Readable) => {
    clients.delete(client)
    if (clients.size > 0) return
    stop?.()
    stop = undefined
  }

  return {
    open() {
      if (clients.size >= MAX_CLIENTS) return undefined
      const client = new Readable({ read() {} })
      clients.add(client)
      client.once('close', () => leave(client))
      stop ??= start()
      client.push(`retry: 1000\n\n${message({ type: 'snapshot', ...live.snapshot() })}`)
      return client
    },
    close() {
      for (const client of clients) client.push(null)
    },
  }
}
