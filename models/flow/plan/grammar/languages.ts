import type { FlowLanguage } from '../../../../schemas/flow.ts'
import type { Item } from '../item.ts'
import { type Made, type Rule, rule } from '../rewrite.ts'

const LANG = '(LANG_EN|LANG_UR|LANG_ROMAN)'
const tags: Readonly<Record<string, FlowLanguage>> = { LANG_EN: 'en', LANG_UR: 'ur', LANG_ROMAN: 'roman-ur' }

/** Languages that an item names: one, or several that are joined. */
export function languagesIn({ name, word }: Item): readonly FlowLanguage[] {
  if (name === 'LANGS') return word!.split(' ') as FlowLanguage[]
  const tag = tags[name]
  return tag === undefined ? [] : [tag]
}

const joined = (items: readonly Item[]): Made => ({
  name: 'LANGS',
  word: [...new Set(items.flatMap(languagesIn))].join(' '),
})

/** `in Urdu and English`, `Urdu aur English dono mein`: one text in each, not one text and another. */
export const languages: readonly Rule[] = [
  rule(`${LANG} (AND|COMMA|SLASH|COMMA AND|WITH) BOTH? ${LANG} BOTH?`, joined),
  rule(`LANGS (AND|COMMA|COMMA AND) ${LANG} BOTH?`, joined),
  rule(`${LANG} ${LANG} BOTH`, joined),
]
