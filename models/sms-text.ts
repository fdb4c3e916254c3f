import { linkInText } from './link-in-text.ts'

/** What the phone shows: the text with its link, or with `shown` in the link's stead. */
export const smsText = (text: string, link: string | undefined, shown = link): string =>
  link === undefined || shown === undefined ? text : linkInText(text, link, shown)
