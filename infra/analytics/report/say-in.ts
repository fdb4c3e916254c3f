import type { Language } from './report.ts'
import { urdu } from './words-ur.ts'

/** A text in the report's language. What has no Urdu stays English: names of products and people, and codes. */
export type Say = (english: string) => string

export const sayIn = (language: Language): Say => (language === 'en' ? english => english : english => urdu[english] ?? english)

/** A template with its places filled. */
export const filled = (template: string, values: readonly (string | number)[]): string =>
  template.replace(/\{(\d+)\}/g, (_, place: string) => String(values[Number(place)]))
