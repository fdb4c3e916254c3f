import { cityZone } from '../../city-zones.ts'
import { nearSpelling } from './near-spelling.ts'
import { type Known, phrases } from './phrases.ts'
import { cityNames } from './words/city-names.ts'

const SHORTEST_MISSPELT = 6
/** Shorter words are near to too many others. */
const SHORTEST_NEAR = { latin: 4, urdu: 3 }

/** Words of the tables by what is left of them without one letter. */
const lacking: ReadonlyMap<string, Known> = lackingOf()
/** Phrases of Urdu in either script by how their words are near spelt; what would mean two things means none. */
const near: ReadonlyMap<string, Known> = nearPhrases()

function lackingOf(): Map<string, Known> {
  const found = new Map<string, Known>()
  for (const [word, known] of phrases) {
    if (word.length < SHORTEST_MISSPELT || !/^[a-z]+$/.test(word)) continue
    for (const left of without(word)) if (!found.has(left)) found.set(left, known)
  }
  return found
}

function nearPhrases(): Map<string, Known> {
  const found = new Map<string, Known | undefined>()
  for (const [phrase, known] of phrases) {
    const key = known.language === 'english' ? undefined : nearKey(phrase)
    if (key === undefined) continue
    found.set(key, found.has(key) && found.get(key)?.name !== known.name ? undefined : known)
  }
  return new Map([...found].flatMap(([key, known]) => (known === undefined ? [] : [[key, known] as const])))
}

function nearKey(phrase: string): string | undefined {
  const words = phrase.split(' ').map(word => nearSpelling(word))
  if (words.includes(undefined)) return undefined
  const key = words.join(' ')
  return key.length >= (/[a-z]/.test(key) ? SHORTEST_NEAR.latin : SHORTEST_NEAR.urdu) ? key : undefined
}

/** A word without each of its letters but the first in turn. */
function without(word: string): string[] {
  return [...word.slice(1)].map((_, at) => word.slice(0, at + 1) + word.slice(at + 2))
}

/** What is meant by a phrase that no table has as it is spelt: by a slip of the hand, or as Urdu spells and bends it. */
export function nearPhrase(phrase: string): Known | undefined {
  if (cityZone(phrase) !== undefined || cityNames.has(phrase)) return undefined
  const key = nearKey(phrase)
  return misspelt(phrase) ?? (key === undefined ? undefined : near.get(key))
}

/**
 * `custmers`, `welccome`, `dsicount`, `dayz`: what is meant by a longer word that no table has, with a letter too few, too many or two in
 * each other's place. A letter that is another is none of these: `sneakers` are no `speakers`.
 */
function misspelt(word: string): Known | undefined {
  if (!/^[a-z]{4,20}$/.test(word)) return undefined
  const plural = word.endsWith('z') ? phrases.get(`${word.slice(0, -1)}s`) : undefined
  if (plural !== undefined) return plural
  const swapped = [...word.slice(2)].map((letter, at) => word.slice(0, at + 1) + letter + word[at + 1] + word.slice(at + 3))
  if (word.length < SHORTEST_MISSPELT) return shortMisspelt(word, swapped)
  const found = [...without(word).filter(({ length }) => length >= SHORTEST_MISSPELT), ...swapped]
  return lacking.get(word) ?? found.map(other => phrases.get(other)).find(known => known !== undefined)
}

/** `huor`, `agian`, `remnd`: of words this short only English is sure enough, and `form` is no `from`. */
function shortMisspelt(word: string, swapped: readonly string[]): Known | undefined {
  const english = (known: Known | undefined) => (known?.language === 'english' ? known : undefined)
  if (word === 'form') return undefined
  const turned = swapped.map(other => english(phrases.get(other))).find(known => known !== undefined)
  return turned ?? (word.length === SHORTEST_MISSPELT - 1 ? english(lacking.get(word)) : undefined)
}
