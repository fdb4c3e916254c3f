import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/** So much text goes out at a time. */
const CHUNK = 1 << 16

/** Writes a file beside its place and moves it there: who stops half way leaves what was there before. */
export async function writeBeside(path: string, parts: Iterable<string>, signal: AbortSignal): Promise<void> {
  const beside = `${path}.${process.pid}.part`
  try {
    await pipeline(Readable.from(gathered(parts)), createWriteStream(beside), { signal })
    await rename(beside, path)
  } catch (error) {
    await rm(beside, { force: true })
    throw error
  }
}

function* gathered(parts: Iterable<string>): Generator<string> {
  let text = ''
  for (const part of parts) {
    text += part
    if (text.length < CHUNK) continue
    yield text
    text = ''
  }
  if (text !== '') yield text
}
