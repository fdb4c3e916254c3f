import { gsmText } from './gsm-text.ts'
import { linkInText } from './link-in-text.ts'

/** What the phone shows: the text with its link, or with `shown` in the link's stead, without the signs that would make it dearer for nothing. */
export const smsText = (text: string, link: string | undefined, shown = link): string =>
  gsmText(link === undefined || shown === undefined ? text : linkInText(text, link, shown))
