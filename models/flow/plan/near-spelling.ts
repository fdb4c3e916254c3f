/**
 * A Latin word as Roman Urdu is heard: what people spell each in their own way (`khareedari`, `kharidari`; `bajay`, `bje`) comes out the
 * same. Vowels are kept coarsely, as words of three consonants are too many to tell apart without; a short a within a word is not.
 */
export function heardWord(word: string): string {
  const heard = word
    .replace(/ph/g, 'f')
    .replace(/chh?/g, 'c')
    .replace(/[kg]h|q/g, found => (found === 'gh' ? 'g' : 'k'))
    .replace(/([tdbjs])h/g, '$1')
    .replace(/w/g, 'v')
    .replace(/z/g, 'j')
    .replace(/ee|ie|[ae]y(?![aeiou])|ai|ei|ae/g, 'e')
    .replace(/oo|ou|au|ow/g, 'o')
    .replace(/(.)\1+/g, '$1')
    .replace(/[ey]/g, 'i')
    .replace(/o/g, 'u')
    .replace(/i+/g, 'i')
    .replace(/(?<=[aiu].*[aiu])[nh]$/, '')
  return heard.slice(0, 1) + heard.slice(1, -1).replace(/[ah]/g, '') + (heard.length > 1 ? heard.slice(-1) : '')
}

const ENDINGS = /(?:یوں|ئیں|ئیے|یے|ئے|ئی|یں|وں|ؤں|نے|نا|نی|تے|تا|تی|ؤ|ے|ا|ی|ہ|و|ں)$/

/** An Urdu word without what number, case, gender and person put at its end, where three letters are left. */
export function stemmed(word: string): string {
  const stem = word.replace(ENDINGS, '')
  return stem.length >= 3 ? stem : word
}

/** Words that are one word in two spellings or forms have the same; undefined for what is in neither script. */
export function nearSpelling(word: string): string | undefined {
  if (/^[a-z]+$/.test(word)) return heardWord(word)
  return /^\p{Script=Arabic}+$/u.test(word) ? stemmed(word) : undefined
}
