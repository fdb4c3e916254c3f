import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/** So much text goes out at a time; bytes go as they come. */
const CHUNK = 1 << 16

/** Writes a file beside its place and moves it there: who stops half way leaves what was there before. */
export async function writeBeside(path: string, parts: Iterable<string | Uint8Array>, signal: AbortSignal): Promise<void> {
  const beside = `${path}.${process.pid}.part`
  try {
    await pipeline(Readable.from(gathered(parts)), createWriteStream(beside), { signal })
    await rename(beside, path)
  } catch (error) {
    await rm(beside, { force: true })
    throw error
  }
}

function* gathered(parts: Iterable<string | Uint8Array>): Generator<string | Uint8Array> {
  let text = ''
  for (const part of parts) {
    if (typeof part !== 'string') {
      if (text !== '') yield text
      text = ''
      yield part
      continue
    }
    text += part
    if (text.length < CHUNK) continue
    yield text
    text = ''
  }
  if (text !== '') yield text
}
