import { basename } from 'node:path'
import { FileDamaged, openFile } from '../../../producers/files/open-file.ts'
import { ReplayRefused } from '../../../producers/replay-refused.ts'
import { DataValidationError } from '../customer-analytics-error.ts'

/** As much of a file's beginning as tells its header. */
const HEAD = 1024 * 1024
const UTF8_MARK = Buffer.from('\ufeff')

const kinds: readonly (readonly [name: string, magic: string])[] = [
  ['a spreadsheet or another ZIP archive; save it as CSV', 'PK\u0003\u0004'],
  ['an old spreadsheet; save it as CSV', '\u00d0\u00cf\u0011\u00e0'],
  ['a PDF', '%PDF-'],
  ['a picture', '\u0089PNG'],
  ['a picture', '\u00ff\u00d8\u00ff'],
  ['a Zstandard archive; use gzip', '\u0028\u00b5\u002f\u00fd'],
  ['a bzip2 archive; use gzip', 'BZh'],
  ['an XZ archive; use gzip', '\u00fd7zXZ'],
  ['a Parquet file; save it as CSV', 'PAR1'],
  ['a SQLite database', 'SQLite format 3'],
]

/** What the system says when it does not give a file. */
const SYSTEM: Readonly<Record<string, string>> = {
  ENOENT: 'is not there',
  ENOTDIR: 'is not there',
  EISDIR: 'is a folder',
  EACCES: 'may not be opened by this user',
  EPERM: 'may not be opened by this user',
  ESPIPE: 'is no file but a pipe; write it to a file first',
}

/** A file of text, in UTF-8 but for what is not UTF-8 at all; without a byte order mark. */
export interface CsvSource {
  readonly name: string
  /** The beginning, which `chunks` has once more. */
  readonly head: Buffer
  readonly compression: 'gzip' | 'none'
  readonly encoding: 'utf-8' | 'utf-16'
  readonly chunks: AsyncIterable<Buffer>
  /** In bytes on disk. */
  progress(): { read: number; total: number }
  close(): void
}

/** Opens a CSV file, plain or compressed by gzip, whatever its name says. Throws a `DataValidationError` for what is none. */
export async function openCsv(path: string): Promise<CsvSource> {
  const name = basename(path)
  const opened = await openFile(path).catch(error => {
    throw asDataError(name, error)
  })
  const reading = opened.read(0)
  const bytes = whole(name, reading.bytes)
  const first = await gathered(bytes, 4096)
  const { encoding, chunks } = decoded(first, bytes)
  const head = await gathered(chunks, HEAD)
  try {
    refuseWhatIsNoText(name, first)
    if (head.length === 0) throw new DataValidationError('file_empty', `${name} is empty.`)
  } catch (error) {
    reading.close()
    throw error
  }
  return {
    name,
    head,
    compression: opened.gzip ? 'gzip' : 'none',
    encoding,
    chunks: following(head, chunks),
    progress: () => reading.progress(),
    close: () => reading.close(),
  }
}

async function* whole(name: string, bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of bytes) yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length)
  } catch (error) {
    throw asDataError(name, error)
  }
}

/** What can be told of a file's fault to whom it belongs; other faults are ours. */
function asDataError(name: string, error: unknown): unknown {
  if (error instanceof FileDamaged)
    return new DataValidationError('file_unreadable', `${name} breaks off: ${error.message}.`, { cause: error })
  if (error instanceof ReplayRefused) return new DataValidationError(error.code, error.message, { cause: error })
  const { code, syscall } = error instanceof Error ? (error as NodeJS.ErrnoException) : {}
  if (code === undefined || syscall === undefined) return error
  const says = Object.hasOwn(SYSTEM, code) ? SYSTEM[code] : `cannot be read: ${code}`
  return new DataValidationError('file_unreadable', `${name} ${says}.`, { cause: error })
}

/** At least so many bytes, or all there are. */
async function gathered(bytes: AsyncGenerator<Buffer>, size: number): Promise<Buffer> {
  const pieces: Buffer[] = []
  let length = 0
  while (length < size) {
    const { value, done } = await bytes.next()
    if (done === true) break
    pieces.push(value)
    length += value.length
  }
  return Buffer.concat(pieces)
}

async function* following(head: Buffer, rest: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  yield head
  yield* rest
}

function decoded(first: Buffer, rest: AsyncGenerator<Buffer>): { encoding: 'utf-8' | 'utf-16'; chunks: AsyncGenerator<Buffer> } {
  const mark = first.subarray(0, 2).toString('latin1')
  if (mark === '\u00ff\u00fe' || mark === '\u00fe\u00ff')
    return { encoding: 'utf-16', chunks: fromUtf16(following(first, rest), mark === '\u00ff\u00fe' ? 'utf-16le' : 'utf-16be') }
  return { encoding: 'utf-8', chunks: following(first.subarray(0, 3).equals(UTF8_MARK) ? first.subarray(3) : first, rest) }
}

/** What Excel calls Unicode text. */
async function* fromUtf16(bytes: AsyncIterable<Buffer>, encoding: string): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder(encoding)
  for await (const chunk of bytes) yield Buffer.from(decoder.decode(chunk, { stream: true }))
  yield Buffer.from(decoder.decode())
}

function refuseWhatIsNoText(name: string, first: Buffer): void {
  const beginning = first.subarray(0, 16).toString('latin1')
  const [kind] = kinds.find(([, magic]) => beginning.startsWith(magic)) ?? []
  if (kind !== undefined) throw new DataValidationError('file_binary', `${name} is no CSV but ${kind}.`)
}
