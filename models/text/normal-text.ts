/** Marks of vowels and the stretching bar of Arabic script: written or not, the word is the same. */
const MARKS = /[\u064B-\u065F\u0670\u0640]/g

/**
 * Text as features see it: presentation forms resolved (NFKC), lower case, letters that Urdu keyboards write in two ways made one, and
 * no letter more than twice in a row (`zabardaaaast`).
 */
export const normalText = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replace(MARKS, '')
    .replace(/[يى]/g, 'ی')
    .replace(/ك/g, 'ک')
    .replace(/[هةۀ]/g, 'ہ')
    .replace(/(.)\1{2,}/gu, '$1$1')

/** Words, numbers and single signs such as emoji, in order. */
export const tokensOf = (normal: string): string[] => normal.match(/[\p{L}\p{M}\p{N}]+|[^\s\p{L}\p{M}\p{N}]/gu) ?? []

/**
 * A Roman Urdu word as it sounds: everybody spells it as they like (`bohat`, `bahut`, `bht`), and what they agree on is its consonants.
 * Other scripts come through as they are.
 */
export function soundOf(word: string): string {
  const heard = word
    .replace(/ph/g, 'f')
    .replace(/[ck]h?/g, 'k')
    .replace(/q/g, 'k')
    .replace(/[vw]/g, 'w')
    .replace(/[zj]/g, 'z')
    .replace(/([sgtdb])h/g, '$1')
  return (heard.slice(0, 1) + heard.slice(1).replace(/[aeiouyh]/g, '')).replace(/(.)\1+/g, '$1')
}
