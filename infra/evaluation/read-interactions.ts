import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { createGunzip } from 'node:zlib'
import { type Interaction, interactionReader } from '../../producers/files/interactions.ts'
import { Complaint } from '../cli/complaint.ts'

export interface Interactions {
  readonly rows: readonly Interaction[]
  /** What could not be read: how many rows, and of the first ones which and why. */
  readonly faults: { readonly count: number; readonly first: readonly string[] }
}

const TOLD = 5

/** All rows of a file, plain or .gz, in the order of time. */
export async function readInteractions(path: string): Promise<Interactions> {
  const rows: Interaction[] = []
  const first: string[] = []
  let [read, number, count]: [ReturnType<typeof interactionReader> | undefined, number, number] = [undefined, 0, 0]
  for await (const line of linesOf(path)) {
    number++
    if (line.trim() === '') continue
    if (read === undefined) read = readerOf(path, line)
    else {
      const row = read(line)
      if (typeof row !== 'string') rows.push(row)
      else if (++count <= TOLD) first.push(`row ${number}: ${row}`)
    }
  }
  if (read === undefined) throw new Complaint(`${path} is empty; expected a header user,item,timestamp[,rating] and rows.`)
  return { rows: rows.sort((a, b) => a.at - b.at), faults: { count, first } }
}

function readerOf(path: string, header: string) {
  try {
    return interactionReader(header.replace(/^\ufeff/, ''))
  } catch (error) {
    throw new Complaint(`${path}: ${(error as Error).message}`)
  }
}

export async function* linesOf(path: string): AsyncGenerator<string> {
  const file = createReadStream(path)
  const text = path.endsWith('.gz') ? file.pipe(createGunzip()) : file
  file.on('error', error => text.destroy(error))
  yield* createInterface({ input: text, crlfDelay: Infinity })
}
