import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { systemClock as clock } from '../../streams/clock.ts'
import type { Fault } from './fault.ts'
import type { Suffered } from './suffer.ts'

const HEAD = `# What happens in production

Written by \`npm run faults -- [NAME …] --record docs/faults.md\`: on a stack of its own, while events come in, each of these is done to it.
Afterwards the digest of the state must be that of the same events folded plainly, and nothing may be lost or applied twice
(test/support/soundness.ts). \`npm test\` does the same in its short form.

| fault | last run | took | outcome |
|---|---|---:|---|
`

/** Puts what came of a fault into the table, in place of what stood there. */
export function record(
  file: string,
  { name, title }: Fault,
  { seconds, digest, told }: Suffered,
  { short, sound }: { short: boolean; sound: boolean },
): void {
  const before = existsSync(file) ? readFileSync(file, 'utf8') : HEAD
  const [head, rows] = [
    HEAD,
    before
      .slice(before.indexOf('|---|') + 1)
      .split('\n')
      .slice(1),
  ]
  const others = rows.filter(row => row.startsWith('|') && !row.startsWith(`| **${name}**`))
  const date = new Date(clock.now()).toISOString().slice(0, 10)
  const outcome = sound ? `sound, digest \`${digest.slice(0, 16)}\`` : '**broken**'
  const row = `| **${name}**: ${title}${told === undefined ? '' : ` (${told})`} | ${date}${short ? ', short' : ''} | ${seconds} s | ${outcome} |`
  writeFileSync(file, `${head}${[...others, row].sort().join('\n')}\n`)
}
