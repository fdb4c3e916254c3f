import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const project = fileURLToPath(new URL('..', import.meta.url))
/** All that a fold's answers and tables come from. */
const FOLDS = ['schemas', 'models', 'streams', 'consumers', 'infra/migrations']

/** Names the code that folds: two that differ in a byte of it have different ones, whatever version they call themselves. */
export function codeDigest(): string {
  const hash = createHash('sha256')
  for (const folder of FOLDS)
    for (const file of readdirSync(join(project, folder), { recursive: true, encoding: 'utf8' }).sort())
      if (/\.(ts|sql)$/.test(file)) hash.update(`${folder}/${file}\n`).update(readFileSync(join(project, folder, file)))
  return hash.digest('hex').slice(0, 16)
}
