import { describe, expect, test } from 'vitest'
import { builtInIntents, builtInSentiment } from '../../infra/text-models.ts'
import { confusion } from '../../models/evaluation/confusion.ts'
import { feelings, likeliest } from '../../models/sentiment.ts'
import { languages } from '../../models/text/language.ts'
import { learnTexts } from '../../models/text/text-classifier.ts'
import { judgeTexts } from '../../models/train/judge-texts.ts'
import { readTalk } from '../../models/train/read-talk.ts'
import { sentimentSets } from '../../models/train/text-sets.ts'
import { sharedData, testWithData } from '../support/shared-data.ts'

const sentiment = builtInSentiment()
const intents = builtInIntents()

describe.each(languages)('messages to shops in %s, held back from the weights that come with this version', language => {
  const rows = readTalk(language, 'held-back')

  test('are felt as a reader felt them, mostly', () => {
    const said = rows.map(row => ({ truth: row.sentiment, said: likeliest(sentiment(row.text)) }))
    expect(confusion(feelings, said).macroF1).toBeGreaterThan(0.75)
  })

  test('are known by what they want, mostly', () => {
    const said = rows.map(row => ({ truth: row.intent, said: intents(row.text).intent }))
    expect(confusion([...new Set(rows.map(({ intent }) => intent))], said).macroF1).toBeGreaterThan(0.7)
  })
})

test.each([
  ['', 'neutral'],
  ['   \n', 'neutral'],
  ['Thank you, wonderful!', 'positive'],
  ['bohat acha', 'positive'],
  ['bilkul bakwas', 'negative'],
  ['بہت خراب', 'negative'],
  ['شکریہ', 'positive'],
  ['Mera order kab aye ga?', 'neutral'],
])('%j is %s', (text, feeling) => {
  expect(likeliest(sentiment(text))).toBe(feeling)
})

test('a text of 20,000 letters is judged by its beginning, and is no slower for the rest', () => {
  const long = `bohat kharab ${'acha '.repeat(4000)}`
  expect(sentiment(long)).toEqual(sentiment(long.slice(0, 2000)))
})

testWithData(
  'taught anew, the classifiers tell what was held back from them of the public sets as well as docs/texts.md says',
  ['roman-urdu-sentiment.tsv.gz', 'urdu-sentiment.tsv.gz'],
  async () => {
    const atLeast: Readonly<Record<string, number>> = { 'sentiment-roman-urdu': 0.68, 'sentiment-urdu': 0.56 }
    for (const { name, bits, taught, tests } of sentimentSets(sharedData('.'))) {
      if (atLeast[name] === undefined) continue
      expect(judgeTexts(learnTexts(taught, bits), tests[0]!.rows).macroF1, name).toBeGreaterThan(atLeast[name])
    }
  },
)
