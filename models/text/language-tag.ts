import type { Language } from './language.ts'

/** Languages as flows and profiles name them (contracts/flow.schema.json). */
export const languageTags = ['en', 'roman-ur', 'ur'] as const
export type LanguageTag = (typeof languageTags)[number]

const languageOfTags: Readonly<Record<LanguageTag, Language>> = { en: 'english', 'roman-ur': 'roman-urdu', ur: 'urdu' }
const tags: Readonly<Record<Language, LanguageTag>> = { english: 'en', 'roman-urdu': 'roman-ur', urdu: 'ur' }

export const taggedLanguage = (tag: LanguageTag): Language => languageOfTags[tag]
export const tagOf = (language: Language): LanguageTag => tags[language]

/** What somebody reads by their profile: also `en-GB`, `ur_PK`, `ur-Latn`, `English`; undefined where that tells none of our languages. */
export function profileLanguage(trait: string | undefined): Language | undefined {
  const said = trait?.trim().toLowerCase().replace(/_/g, '-') ?? ''
  if (/^(roman[- ]?(ur|urdu)|ur-latn)\b/.test(said)) return 'roman-urdu'
  if (/^(ur|urdu)\b/.test(said) || said === 'اردو') return 'urdu'
  return /^(en|english)\b/.test(said) ? 'english' : undefined
}
