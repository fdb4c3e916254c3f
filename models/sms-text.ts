/** What the phone shows: the text, and the link behind it where the text does not already have it. */
export const smsText = (text: string, link: string | undefined): string =>
  link === undefined || text.includes(link) ? text : `${text} ${link}`
