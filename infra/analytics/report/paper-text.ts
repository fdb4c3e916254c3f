import { fontFiles } from './font-files.ts'
import { type Direction, type Paragraph, paragraphOf, runsOf } from './printed-line.ts'

/** How a text is set; size in points. */
export interface Style {
  readonly size: number
  readonly bold?: boolean
  readonly colour: string
}

/** A line of a paragraph, from `start` to before `end`. */
export interface Line {
  readonly paragraph: Paragraph
  readonly start: number
  readonly end: number
}

/** Where a line stands between two edges. */
export type Side = 'left' | 'right' | 'middle'

/** Arabic letters reach further below the line. */
export const lineHeight = (size: number, direction: Direction): number => size * (direction === 'rtl' ? 1.75 : 1.42)

/** Sets texts of both scripts on a document: pdfkit alone neither orders a line nor changes the font in it. */
export function paperText(doc: PDFKit.PDFDocument) {
  const widths = new Map<string, number>()

  const fontOf = (script: 'latin' | 'arabic', { size, bold }: Style) =>
    doc.font(bold === true ? fontFiles[`${script}Bold`] : fontFiles[script]).fontSize(size)

  // pdfkit shapes word by word unless features are asked for, which would leave words of Arabic from left to right.
  const options = (script: 'latin' | 'arabic') =>
    script === 'arabic' ? { features: [] as PDFKit.Mixins.OpenTypeFeatures[] } : {}

  const lineWidth = ({ paragraph, start, end }: Line, style: Style): number => {
    const key = `${style.size} ${style.bold} ${paragraph.levels.paragraphs[0]?.level} ${paragraph.text.slice(start, end)}`
    const known = widths.get(key)
    if (known !== undefined) return known
    let width = 0
    for (const { letters, script } of runsOf(paragraph, start, end))
      width += fontOf(script, style).widthOfString(letters, options(script))
    widths.set(key, width)
    return width
  }

  /** Lines no wider than `width`, broken at spaces, within a word where it alone is wider; what does not go into `most` lines ends in an ellipsis. */
  const wrap = (text: string, style: Style, width: number, direction: Direction, most = Infinity): Line[] => {
    const paragraph = paragraphOf(text, direction)
    const lines: Line[] = []
    const fits = (start: number, end: number) => lineWidth({ paragraph, start, end }, style) <= width
    let start = 0
    while (start < text.length) {
      const end = breakAt(text, start, fits)
      if (lines.length + 1 === most && end < text.trimEnd().length)
        return [...lines, shortened(text.slice(start), style, width, direction)]
      lines.push({ paragraph, start, end: start + text.slice(start, end).trimEnd().length })
      start = end + /^ */.exec(text.slice(end))![0].length
    }
    return lines.length === 0 ? [{ paragraph, start: 0, end: 0 }] : lines
  }

  const shortened = (text: string, style: Style, width: number, direction: Direction): Line => {
    let end = Math.min(text.length, 400)
    for (;;) {
      const paragraph = paragraphOf(`${text.slice(0, end).trimEnd()}…`, direction)
      const line = { paragraph, start: 0, end: paragraph.text.length }
      if (end <= 1 || lineWidth(line, style) <= width) return line
      end = Math.min(end - 1, Math.ceil((end * width) / lineWidth(line, style)))
    }
  }

  /** Draws a line whose top is at `y`, within `width` from `x`. */
  const draw = (line: Line, style: Style, x: number, y: number, width: number, side: Side): void => {
    const own = lineWidth(line, style)
    let at = x + (side === 'left' ? 0 : side === 'right' ? width - own : (width - own) / 2)
    for (const { letters, script } of runsOf(line.paragraph, line.start, line.end)) {
      fontOf(script, style).fillColor(style.colour)
      // Glyphs of Arabic are letters and dots apart, in the order of the paper: who copies or searches gets the letters.
      if (script === 'arabic') doc.markContent('Span', { actual: letters })
      doc.text(letters, at, y + style.size * 1.08, { lineBreak: false, baseline: 'alphabetic', ...options(script) })
      if (script === 'arabic') doc.endMarkedContent()
      at += doc.widthOfString(letters, options(script))
    }
  }

  return { wrap, draw, lineWidth }
}

export type PaperText = ReturnType<typeof paperText>

/** Where a line that begins at `start` ends: after as many words as fit, or within the first where it alone does not. */
function breakAt(text: string, start: number, fits: (start: number, end: number) => boolean): number {
  let end = start
  for (const { index } of text.slice(start).matchAll(/ +|$/g)) {
    if (!fits(start, start + index)) break
    end = start + index
  }
  if (end > start) return end
  let [most, over] = [start + 1, text.length + 1]
  const word = text.indexOf(' ', start + 1)
  if (word !== -1) over = word + 1
  while (most + 1 < over) {
    const middle = (most + over) >> 1
    if (fits(start, middle)) most = middle
    else over = middle
  }
  // Not between the halves of a character outside the basic plane.
  return /[\udc00-\udfff]/.test(text[most] ?? '') ? most + 1 : most
}
