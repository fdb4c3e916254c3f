import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { confusion } from '../evaluation/confusion.ts'
import { toBytes } from '../model-bytes.ts'
import { classify, learnTexts } from '../text/text-classifier.ts'
import { heldBack, labelledTexts } from './labelled-texts.ts'
import { SETS } from './sentiment-sets.ts'

// `npx tsx models/train/sentiment.ts [DATA]`: tests each set with a tenth held back, then writes weights learnt from all of it.
const data = process.argv[2] ?? '../shared/data'
for (const { name, file, names, bits } of SETS) {
  const rows = labelledTexts(gunzipSync(readFileSync(join(data, file))).toString('utf8'), names)
  const { taught, tested } = heldBack(rows)
  const model = learnTexts(taught, bits)
  const said = tested.map(({ text, label }) => {
    const chances = classify(model, text)
    return { truth: label, said: model.classes[chances.indexOf(Math.max(...chances))]! }
  })
  const { macroF1, accuracy, counts, classes } = confusion(model.classes, said)
  console.log(
    `${name}: macro-F1 ${macroF1.toFixed(3)}, accuracy ${accuracy.toFixed(3)} of ${tested.length} held back, ${taught.length} taught`,
  )
  console.log(
    classes.map((label, k) => `  ${label.padEnd(10)} ${counts[k]!.map(count => String(count).padStart(5)).join('')}`).join('\n'),
  )
  const target = new URL(`../weights/sentiment-${name}.bin.gz`, import.meta.url)
  const bytes = gzipSync(toBytes(learnTexts(rows, bits)), { level: 9 })
  writeFileSync(target, bytes)
  console.log(`  models/weights/sentiment-${name}.bin.gz: ${(bytes.length / 1024).toFixed(0)} KiB`)
}
