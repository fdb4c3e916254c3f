import type { FileFormat } from './file-format.ts'

/** One event of `POST /v1/events` per line. Its currency is each event's own. */
export const jsonl: FileFormat = {
  name: 'jsonl',
  title: 'JSON lines: one event or conversation of POST /v1/events per line',
  recognises(head) {
    const lines = head.split('\n')
    // The last is cut where the head ends.
    const last = lines.pop() ?? ''
    return /^\s*\{\s*("|\}|$)/.test(last) || lines.some(line => /^\s*\{.*\}\s*$/.test(line))
  },
  read(text, row) {
    if (text.trim() === '') return undefined
    try {
      return { row, raw: JSON.parse(text) }
    } catch {
      return { row, skipped: 'it is not JSON' }
    }
  },
}
