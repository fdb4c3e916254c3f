import { type Confusion, confusion } from '../evaluation/confusion.ts'
import { classify, type Labelled, type TextClassifier } from '../text/text-classifier.ts'

/** How a classifier does on texts it has not seen: over the labels that they have. */
export function judgeTexts(classifier: TextClassifier, rows: readonly Labelled[]): Confusion {
  const pairs = rows.map(({ text, label }) => {
    const chances = classify(classifier, text)
    return { truth: label, said: classifier.classes[chances.indexOf(Math.max(...chances))]! }
  })
  return confusion(classifier.classes, pairs)
}
