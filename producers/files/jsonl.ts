import type { FileFormat } from './file-format.ts'

/** One event of `POST /v1/events` per line. Its currency is each event's own. */
export const jsonl: FileFormat = {
  name: 'jsonl',
  title: 'JSON lines: one event of POST /v1/events per line',
  recognises: head => head.split('\n', 2).some(line => /^\s*\{.*\}\s*$/.test(line)),
  read(text, row) {
    if (text.trim() === '') return undefined
    try {
      return { row, raw: JSON.parse(text) }
    } catch {
      return { row, skipped: 'it is not JSON' }
    }
  },
}
