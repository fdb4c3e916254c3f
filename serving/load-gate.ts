import type { onRequestHookHandler } from 'fastify'
import { whenOver } from './when-over.ts'

/** The largest body that is read, in bytes. */
export const BODY_LIMIT = 5 * 1024 * 1024

/** How much may be on its way to the log at a time; what comes beyond is told to come back. */
export interface LoadLimits {
  readonly bytes: number
  readonly requests: number
}
export const defaultLoad: LoadLimits = { bytes: 96 * 1024 * 1024, requests: 4096 }

/** In seconds: what is on its way takes milliseconds. */
const RETRY_AFTER = 1

/**
 * Bounds what is being ingested at a time (engine promise 1: nothing is buffered without bound). A request counts with its declared
 * length, or as the largest one when it declares none, from its headers until its answer is out or its client is gone.
 */
export function loadGate(limits: LoadLimits): onRequestHookHandler {
  let bytes = 0
  let requests = 0
  return (request, reply, done) => {
    const declared = Number(request.headers['content-length'])
    const size = declared <= BODY_LIMIT ? declared : BODY_LIMIT
    if (requests >= limits.requests || bytes + size > limits.bytes) {
      reply
        .header('retry-after', RETRY_AFTER)
        .problem(503, 'overloaded', 'More is being taken in than can be made durable just now.')
      return
    }
    requests++
    bytes += size
    whenOver(request, reply, () => {
      requests--
      bytes -= size
    })
    done()
  }
}
