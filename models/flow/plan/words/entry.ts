/**
 * A concept and the phrases that mean it: English, Roman Urdu, Urdu. Phrases are parted by commas; `{a|b|}` writes spellings of one phrase
 * at once, as Roman Urdu has many. Case, apostrophes and hyphens do not count. A phrase belongs to one concept only.
 */
export type Entry = readonly [concept: string, english: string, romanUrdu?: string, urdu?: string]
