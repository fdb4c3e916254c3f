import { gsmText } from './gsm-text.ts'

/**
 * What the phone shows: the text, and the link behind it where the text does not already have it, without the signs that would make
 * it dearer for nothing. The link is as it was given.
 */
export const smsText = (text: string, link: string | undefined): string =>
  gsmText(link === undefined || text.includes(link) ? text : `${text} ${link}`)
