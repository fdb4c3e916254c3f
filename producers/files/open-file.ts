import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { pipeline, type Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { ReplayRefused } from '../replay-refused.ts'

const HEAD = 64 * 1024

/** A file cannot be read on: the disk fails, or an archive is cut off. */
export class FileDamaged extends Error {
  override readonly name = 'FileDamaged'
}

export interface OpenFile {
  /** Whether it is compressed. */
  readonly gzip: boolean
  /** The beginning of the text, to tell what it is. */
  readonly head: string
  /** Of what is in the file, by its size, its ends and when it was last written: the same for the same file under another name. */
  readonly fingerprint: string
  /** Everything from a byte of the uncompressed text on. */
  read(from: number): Reading
}

/** One way through the file. */
export interface Reading {
  /** Throws `FileDamaged`. */
  readonly bytes: AsyncIterable<Uint8Array>
  /** How far the file itself has been read, in bytes on disk. */
  progress(): { read: number; total: number }
  close(): void
}

/** Opens a file, plain or compressed by gzip, whatever its name says. Throws `file_unreadable` for a folder and for what is no archive. */
export async function openFile(path: string): Promise<OpenFile> {
  const { gzip, size, fingerprint } = await inspect(path)
  const head = await beginningOf(stream(path, gzip, 0).bytes).catch((error: Error) => {
    throw gzip ? new ReplayRefused('file_unreadable', `${path} is no whole gzip archive: ${error.message}.`) : error
  })
  return {
    gzip,
    head,
    fingerprint,
    read(from) {
      const { file, bytes, start } = stream(path, gzip, from)
      return {
        bytes: orDamaged(gzip ? withoutFirst(bytes, from) : bytes),
        progress: () => ({ read: start + file.bytesRead, total: size }),
        close: () => bytes.destroy(),
      }
    },
  }
}

async function inspect(path: string): Promise<{ gzip: boolean; size: number; fingerprint: string }> {
  await using file = await open(path)
  const stat = await file.stat()
  if (stat.isDirectory()) throw new ReplayRefused('file_unreadable', `${path} is a folder. Name the files in it.`)
  const first = await piece(file, 0)
  const last = await piece(file, Math.max(0, stat.size - HEAD))
  return {
    gzip: first[0] === 0x1f && first[1] === 0x8b,
    size: stat.size,
    fingerprint: createHash('sha256').update(`${stat.size} ${stat.mtimeMs}\n`).update(first).update(last).digest('hex'),
  }
}

async function piece(file: FileHandle, at: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD), 0, HEAD, at)
  return buffer.subarray(0, bytesRead)
}

/** An archive is read from its start, whatever the place. */
function stream(path: string, gzip: boolean, from: number) {
  const start = gzip ? 0 : from
  const file = createReadStream(path, { highWaterMark: HEAD, start })
  const bytes: Readable = gzip ? pipeline(file, createGunzip({ chunkSize: HEAD }), () => {}) : file
  return { file, bytes, start }
}

async function* orDamaged(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* bytes
  } catch (error) {
    throw new FileDamaged((error as Error).message, { cause: error })
  }
}

async function* withoutFirst(bytes: AsyncIterable<Uint8Array>, count: number): AsyncGenerator<Uint8Array> {
  let left = count
  for await (const chunk of bytes) {
    if (left < chunk.length) yield chunk.subarray(left)
    left = Math.max(0, left - chunk.length)
  }
}

async function beginningOf(bytes: Readable): Promise<string> {
  for await (const chunk of bytes) return new TextDecoder().decode(chunk)
  return ''
}
