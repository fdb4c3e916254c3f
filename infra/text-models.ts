import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { type Intents, intentsBy } from '../models/intents.ts'
import { fromBytes } from '../models/model-bytes.ts'
import { type Sentiment, sentimentBy } from '../models/sentiment.ts'
import type { TextClassifier } from '../models/text/text-classifier.ts'
import type { TextModels } from '../models/text-models.ts'

/** Everything that comes with this version. */
export const builtInTexts = (): TextModels => ({ sentiment: builtInSentiment(), intents: builtInIntents() })

/** Weights are read when the first text is met that needs them, about 10 ms. */
export function builtInSentiment(): Sentiment {
  const weights = readOnce()
  return sentimentBy(language => weights(`sentiment-${language}`))
}

export function builtInIntents(): Intents {
  const weights = readOnce()
  return intentsBy(() => weights('intents'))
}

function readOnce(): (name: string) => TextClassifier {
  const read = new Map<string, TextClassifier>()
  return name => {
    const classifier = read.get(name) ?? readWeights(name)
    read.set(name, classifier)
    return classifier
  }
}

const readWeights = (name: string): TextClassifier =>
  fromBytes(gunzipSync(readFileSync(new URL(`../models/weights/${name}.bin.gz`, import.meta.url)))) as TextClassifier
