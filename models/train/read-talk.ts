import { readFileSync } from 'node:fs'
import type { Language } from '../text/language.ts'

/** A message to a shop as somebody judged it. */
export interface Talk {
  readonly text: string
  readonly intent: string
  readonly sentiment: string
}

/** Messages to shops in Pakistan, written and labelled for this project: forty of each intent to learn from, twelve held back, by other hands. */
export const readTalk = (language: Language, part: 'taught' | 'held-back'): Talk[] =>
  readFileSync(new URL(`./talk/${part === 'taught' ? '' : 'held-back/'}${language}.tsv`, import.meta.url), 'utf8')
    .trimEnd()
    .split('\n')
    .slice(1)
    .map(line => {
      const [intent, sentiment, text] = line.split('\t')
      return { intent: intent!, sentiment: sentiment!, text: text! }
    })
