import { type Language, languageOf } from './text/language.ts'
import { classify, type TextClassifier } from './text/text-classifier.ts'

/** How likely a text is meant in each way; the three add up to 1. */
export interface Feeling {
  readonly positive: number
  readonly neutral: number
  readonly negative: number
}

export const feelings = ['positive', 'neutral', 'negative'] as const satisfies readonly (keyof Feeling)[]

/** Judges a text. Pure: the same text is always judged the same. */
export type Sentiment = (text: string) => Feeling

/** The likeliest; of equals the milder one. */
export function likeliest({ positive, neutral, negative }: Feeling): keyof Feeling {
  if (positive > neutral && positive > negative) return 'positive'
  return negative > neutral && negative > positive ? 'negative' : 'neutral'
}

/** Enough to tell; what is longer would hold up everybody behind it. */
const READ = 2000

/** By a classifier for each language, of some or all of the feelings. A text without words or signs is neutral. */
export const sentimentBy =
  (classifiers: (language: Language) => TextClassifier): Sentiment =>
  text => {
    const read = text.slice(0, READ)
    if (read.trim() === '') return { positive: 0, neutral: 1, negative: 0 }
    const classifier = classifiers(languageOf(read))
    const chances = classify(classifier, read)
    const chanceOf = (feeling: keyof Feeling) => chances[classifier.classes.indexOf(feeling)] ?? 0
    return { positive: chanceOf('positive'), neutral: chanceOf('neutral'), negative: chanceOf('negative') }
  }
