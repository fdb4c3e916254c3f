import { ReplayRefused } from '../replay-refused.ts'
import { cdnow } from './cdnow.ts'
import type { FileFormat } from './file-format.ts'
import { jsonValues } from './json-values.ts'
import { jsonl } from './jsonl.ts'
import { onlineRetail } from './online-retail.ts'

/** Every kind of file that `tarang replay` knows, by its beginning. */
export const fileFormats: readonly FileFormat[] = [onlineRetail, cdnow, jsonValues, jsonl]

/** @param head the beginning of the text of the file. Throws `file_unknown` with the list of what is known. */
export function recognise(path: string, head: string): FileFormat {
  const format = fileFormats.find(known => known.recognises(head))
  if (format !== undefined) return format
  const began = JSON.stringify(head.split(/\r?\n/, 1)[0]?.slice(0, 80) ?? '')
  const known = fileFormats.map(({ title }) => `  - ${title}`).join('\n')
  throw new ReplayRefused(
    'file_unknown',
    `${path} begins with ${began}, which is no kind of file known here. Known are, plain or by gzip:\n${known}`,
  )
}
