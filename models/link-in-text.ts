/** Where the link of a text goes (contracts/flow-rules.md). */
const PLACE = /\{\{link\}\}/g

/** True where a text has a place for its link, and so must not go out without one. */
export const needsLink = (text: string): boolean => text.includes('{{link}}')

/**
 * A text with its link: `shown`, the link itself or a short one in its stead, stands wherever the text has `{{link}}`; else in place of
 * the link where the text has that already; else behind the text.
 */
export function linkInText(text: string, link: string, shown: string): string {
  if (needsLink(text)) return text.replace(PLACE, () => shown)
  const there = whole(link)
  return there.test(text) ? text.replace(there, () => shown) : `${text} ${shown}`
}

/** The link where it ends: what goes on behind it makes another link of it. */
const whole = (link: string): RegExp => new RegExp(`${link.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')}(?![\\w/?#&=%+~-]|\\.\\w)`, 'g')
