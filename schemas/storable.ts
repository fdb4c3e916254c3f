const UNSTORABLE = /[\0\p{Surrogate}]/u

/** False of a text with a NUL character or half of a surrogate pair: Postgres keeps neither in text nor in jsonb. */
export const storable = (text: string): boolean => !UNSTORABLE.test(text)
