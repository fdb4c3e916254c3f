/** A page and a half of a book, twenty times over; nobody describes a campaign in more. In characters, as people count them. */
export const LONGEST_DESCRIPTION = 20_000

/** What is wrong with a description that is none. */
export interface BadDescription {
  readonly code: 'description_empty' | 'description_too_long'
  readonly message: string
}

/** A campaign in somebody's own words, in any language. What no database keeps (NUL, halves of a surrogate pair) becomes U+FFFD. */
export function readDescription(text: string): { readonly description: string } | BadDescription {
  const characters = [...text].length
  if (characters > LONGEST_DESCRIPTION)
    return {
      code: 'description_too_long',
      message: `The description has ${characters.toLocaleString('en-US')} characters; ${LONGEST_DESCRIPTION.toLocaleString('en-US')} are taken.`,
    }
  const description = text.replace(/\0|\p{Surrogate}/gu, '\uFFFD').trim()
  if (!/[^\s\p{C}]/u.test(description)) return { code: 'description_empty', message: 'The description says nothing.' }
  return { description }
}
