import { basename } from 'node:path'
import { jsonl } from '../../producers/files/jsonl.ts'
import { guessMapping } from '../../producers/files/mapping/guess-mapping.ts'
import { openFile } from '../../producers/files/open-file.ts'
import { Complaint } from './complaint.ts'

/** Prints a mapping to begin with; what to look at before it is used goes to the standard error. */
export async function showMapping(file: string): Promise<void> {
  const { head } = await openFile(file)
  if (jsonl.recognises(head)) throw new Complaint(`${file} is JSON lines: it needs no mapping.`)
  if (!/\n/.test(head)) throw new Complaint(`${file} has no line below its first: there is nothing to guess by.`)
  const { mapping, notes } = guessMapping(nameOf(file), head)
  console.log(JSON.stringify(mapping, null, 2))
  for (const note of notes) console.error(`look at ${note}`)
}

const nameOf = (file: string): string =>
  basename(file)
    .toLowerCase()
    .replace(/\..*$/, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '')
    .slice(0, 32) || 'file'
