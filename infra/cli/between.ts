import { Complaint } from './complaint.ts'

/** A document with `text` in place of what stood between `<!-- name -->` and `<!-- /name -->`. */
export function between(name: string, document: string, text: string): string {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
  const [from, to] = [document.indexOf(begin), document.indexOf(end)]
  if (from < 0 || to < from)
    throw new Complaint(`The file has no place for it: put the lines ${begin} and ${end} where it shall stand.`)
  return `${document.slice(0, from + begin.length)}\n${text.trim()}\n${document.slice(to)}`
}
