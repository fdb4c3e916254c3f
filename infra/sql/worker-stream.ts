import { Duplex } from 'node:stream'
import type { Worker } from 'node:worker_threads'

/** What the server in the worker says: first whether it could open the database, then answers in the Postgres protocol. */
export type ServerMessage = { readonly type: 'ready' } | { readonly type: 'failed'; readonly message: string } | Uint8Array

/**
 * The Postgres protocol by messages to a worker, as the socket that pg expects. Writes of one turn go in one message,
 * and their memory is handed over, not copied, on the way back.
 */
export class WorkerStream extends Duplex {
  readonly #worker: Worker

  constructor(worker: Worker) {
    super()
    this.#worker = worker
    worker.on('message', (message: ServerMessage) => {
      if (message instanceof Uint8Array) this.push(Buffer.from(message.buffer, message.byteOffset, message.byteLength))
    })
  }

  connect(): this {
    setImmediate(() => this.emit('connect'))
    return this
  }

  setNoDelay(): this {
    return this
  }

  setKeepAlive(): this {
    return this
  }

  ref(): this {
    this.#worker.ref()
    return this
  }

  unref(): this {
    this.#worker.unref()
    return this
  }

  override _read(): void {}

  override _final(done: () => void): void {
    this.push(null)
    done()
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.#send([chunk])
    done()
  }

  override _writev(chunks: { chunk: Buffer }[], done: () => void): void {
    this.#send(chunks.map(({ chunk }) => chunk))
    done()
  }

  #send(chunks: readonly Buffer[]): void {
    const message = new Uint8Array(chunks.reduce((bytes, chunk) => bytes + chunk.length, 0))
    let at = 0
    for (const chunk of chunks) {
      message.set(chunk, at)
      at += chunk.length
    }
    this.#worker.postMessage(message, [message.buffer])
  }
}
