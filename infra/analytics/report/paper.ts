import { ink } from './colours.ts'
import { type Line, lineHeight, type PaperText, paperText, type Style } from './paper-text.ts'
import { type Direction, printable } from './printed-line.ts'

/** A4 in points, and what stays white of it. */
export const sheet = { width: 595.28, height: 841.89, side: 48, top: 52, bottom: 64 } as const

/** How wide what is printed may be, and how high on one page. */
export const inner = { width: sheet.width - 2 * sheet.side, height: sheet.height - sheet.top - sheet.bottom } as const

/** Sheets that are filled from the top: `y` is how far the current one is. */
export interface Paper {
  readonly doc: PDFKit.PDFDocument
  readonly text: PaperText
  readonly direction: Direction
  readonly y: () => number
  readonly pages: () => number
  readonly skip: (height: number) => void
  readonly newPage: () => void
  /** Begins a new page where so much does not go on this one; true where it did. */
  readonly keep: (height: number) => boolean
  /** A text over the whole width, broken over pages between lines. */
  readonly write: (text: string, style: Style, after: number) => void
  readonly heightOf: (text: string, style: Style) => number
}

export function paperOn(doc: PDFKit.PDFDocument, direction: Direction): Paper {
  const text = paperText(doc)
  let [y, pages] = [sheet.top as number, 0]
  const newPage = () => {
    doc.addPage()
    pages++
    y = sheet.top
  }
  const keep = (height: number): boolean => {
    if (y + height <= sheet.height - sheet.bottom || y === sheet.top) return false
    newPage()
    return true
  }
  const linesOf = (words: string, style: Style): Line[] => text.wrap(words, style, inner.width, direction)
  const write = (words: string, style: Style, after: number): void => {
    const height = lineHeight(style.size, direction)
    for (const line of linesOf(words, style)) {
      keep(height)
      text.draw(line, style, sheet.side, y, inner.width, direction === 'rtl' ? 'right' : 'left')
      y += height
    }
    y += after
  }
  newPage()
  return {
    ...{ doc, text, direction, newPage, keep, write },
    y: () => y,
    pages: () => pages,
    skip: height => {
      y += height
    },
    heightOf: (words, style) => linesOf(words, style).length * lineHeight(style.size, direction),
  }
}

/** At the foot of every page: what it is, and which page of how many. */
export function writeFeet({ doc, text, direction }: Paper, title: string): void {
  const style: Style = { size: 8, colour: ink.faint }
  const [start, end] = direction === 'rtl' ? (['right', 'left'] as const) : (['left', 'right'] as const)
  const { count } = doc.bufferedPageRange()
  const y = sheet.height - sheet.bottom + 24
  const [name] = text.wrap(printable(title), style, inner.width - 80, direction, 1)
  for (let page = 0; page < count; page++) {
    doc.switchToPage(page)
    doc
      .moveTo(sheet.side, y - 6)
      .lineTo(sheet.width - sheet.side, y - 6)
      .lineWidth(0.5)
      .strokeColor(ink.line)
      .stroke()
    text.draw(name!, style, sheet.side, y, inner.width, start)
    const [number] = text.wrap(`${page + 1} / ${count}`, style, 80, 'ltr', 1)
    text.draw(number!, style, sheet.side, y, inner.width, end)
  }
}
