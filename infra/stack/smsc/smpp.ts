import { createRequire } from 'node:module'
import type { Server } from 'node:net'

/** What of the package `smpp` is used here; it brings no types. */
export interface Pdu {
  readonly command: string
  readonly command_status: number
  readonly source_addr: string
  readonly destination_addr: string
  readonly data_coding: number
  /** Bit 0: a receipt is wanted. */
  readonly registered_delivery: number
  /** Decoded by `data_coding`; each element of the user data header as identifier, length, data. */
  readonly short_message: { readonly message: string; readonly udh?: readonly Buffer[] }
  response(fields?: Readonly<Record<string, unknown>>): Pdu
}

export interface Session {
  on(event: 'pdu', listener: (pdu: Pdu) => void): void
  on(event: 'close' | 'error', listener: () => void): void
  send(pdu: Pdu): boolean
  deliver_sm(fields: Readonly<Record<string, unknown>>, answered?: (response: Pdu) => void): boolean
  close(): void
  destroy(): void
}

interface Smpp {
  createServer(listener: (session: Session) => void): Server
  readonly [status: `ESME_R${string}`]: number
  readonly encodings: { readonly ASCII: { match(text: string): boolean } }
}

export const smpp = createRequire(import.meta.url)('smpp') as Smpp
