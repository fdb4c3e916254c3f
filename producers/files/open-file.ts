import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { pipeline, type Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { ReplayRefused } from '../replay-refused.ts'

const HEAD = 64 * 1024

export interface OpenFile {
  /** The beginning of the text, to tell what it is. */
  readonly head: string
  /** Everything, uncompressed. Errors of the disk and of a broken archive end it. */
  readonly bytes: Readable
  /** How far the file itself has been read, in bytes on disk. */
  progress(): { read: number; total: number }
}

/** Opens a file, plain or compressed by gzip, whatever its name says. Throws `file_unreadable` for a folder and for what is no archive. */
export async function openFile(path: string): Promise<OpenFile> {
  const { gzip, size } = await inspect(path)
  const head = await beginning(stream(path, gzip).bytes).catch((error: Error) => {
    throw gzip ? new ReplayRefused('file_unreadable', `${path} is no whole gzip archive: ${error.message}.`) : error
  })
  const { file, bytes } = stream(path, gzip)
  return { head, bytes, progress: () => ({ read: file.bytesRead, total: size }) }
}

async function inspect(path: string): Promise<{ gzip: boolean; size: number }> {
  await using file = await open(path)
  const stat = await file.stat()
  if (stat.isDirectory()) throw new ReplayRefused('file_unreadable', `${path} is a folder. Name the files in it.`)
  const { buffer } = await file.read(Buffer.alloc(2), 0, 2, 0)
  return { gzip: buffer[0] === 0x1f && buffer[1] === 0x8b, size: stat.size }
}

function stream(path: string, gzip: boolean): { file: ReturnType<typeof createReadStream>; bytes: Readable } {
  const file = createReadStream(path, { highWaterMark: HEAD })
  return { file, bytes: gzip ? pipeline(file, createGunzip({ chunkSize: HEAD }), () => {}) : file }
}

async function beginning(bytes: Readable): Promise<string> {
  for await (const chunk of bytes) return new TextDecoder().decode(chunk)
  return ''
}
