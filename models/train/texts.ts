import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { gzipSync } from 'node:zlib'
import type { Confusion } from '../evaluation/confusion.ts'
import { toBytes } from '../model-bytes.ts'
import { learnTexts } from '../text/text-classifier.ts'
import { judgeTexts } from './judge-texts.ts'
import { intentSet, sentimentSets } from './text-sets.ts'

// `npx tsx models/train/texts.ts [--data ../shared/data] [--record docs/texts.md]`: tests each classifier of texts on what was held back
// from it, then learns its weights.
const { values } = parseArgs({ options: { data: { type: 'string', default: '../shared/data' }, record: { type: 'string' } } })
const sections: string[] = []
for (const { name, bits, taught, all, tests } of [...sentimentSets(values.data), intentSet()]) {
  const classifier = learnTexts(taught, bits)
  const judged = tests.map(test => table(test.name, test.rows.length, judgeTexts(classifier, test.rows)))
  const bytes = gzipSync(toBytes(learnTexts(all, bits)), { level: 9 })
  writeFileSync(new URL(`../weights/${name}.bin.gz`, import.meta.url), bytes)
  const section = [
    `## ${name}`,
    '',
    `Learns from ${all.length.toLocaleString('en-US')} rows, ${(bytes.length / 1024).toFixed(0)} KiB of weights.`,
    ...judged,
  ].join('\n')
  console.log(section)
  sections.push(section)
}
if (values.record !== undefined) writeFileSync(values.record, `${[head(), ...sections].join('\n\n')}\n`)

function head(): string {
  return `# Classifiers of texts

Written by \`npx tsx models/train/texts.ts --record docs/texts.md\`: what each says of texts that were held back from it. Rows are what was
true, columns what was said. Talk is messages to shops written and labelled for this project (models/train/talk), the public sets are
those of ../shared/data.`
}

function table(name: string, rows: number, { classes, counts, f1, macroF1, accuracy }: Confusion): string {
  const there = classes.map((_, k) => k).filter(k => counts[k]!.some(count => count > 0))
  return [
    '',
    `**${name}**: macro-F1 ${macroF1.toFixed(3)}, accuracy ${accuracy.toFixed(3)} of ${rows}`,
    '',
    `| | ${classes.join(' | ')} | F1 |`,
    `|---|${'---:|'.repeat(classes.length + 1)}`,
    ...there.map(k => `| ${classes[k]} | ${counts[k]!.join(' | ')} | ${f1[k]!.toFixed(2)} |`),
  ].join('\n')
}
