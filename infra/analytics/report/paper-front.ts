import { type AnalysisTables, cellAt, tableColumns } from '../table.ts'
import { cellText } from './cell-text.ts'
import { ink, palette } from './colours.ts'
import { inner, type Paper, sheet } from './paper.ts'
import { lineHeight, type Style } from './paper-text.ts'
import { paperWords } from './paper-words.ts'
import { isolated, printable } from './printed-line.ts'
import type { Report, Sentence } from './report.ts'

const heading: Style = { size: 14, bold: true, colour: palette[0] }
const body: Style = { size: 10.5, colour: ink.text }

/** The first page: title, key numbers, summary, and the contents; what is returned writes the numbers of pages when they are known. */
export function writeFront(paper: Paper, report: Report, tables: AnalysisTables): (pageOf: ReadonlyMap<string, number>) => void {
  const words = paperWords[report.language]
  paper.doc.rect(0, 0, sheet.width, 10).fill(palette[0])
  paper.skip(10)
  paper.write(printable(report.title), { size: 26, bold: true, colour: palette[0] }, 2)
  paper.write(printable(report.subtitle), { size: 11, colour: ink.faint }, 14)
  writeKeys(paper, report, tables)
  paper.doc.outline.addItem(words.summary)
  paper.write(words.summary, heading, 4)
  for (const sentence of report.summary) paper.write(sentenceText(sentence), body, 5)
  paper.skip(12)
  return writeContents(paper, report, words.contents)
}

const sentenceText = (sentence: Sentence): string =>
  sentence.map(piece => (typeof piece === 'string' ? printable(piece) : isolated(printable(piece.text), 'ltr'))).join('')

/** The shop in five numbers, in a row of boxes. */
function writeKeys({ doc, text, direction, ...paper }: Paper, { language }: Report, tables: AnalysisTables): void {
  if (tables.tables.overview.rows.length === 0) return
  const keys = Object.entries(paperWords[language].keys)
  const [gap, high] = [8, 50]
  const width = (inner.width - gap * (keys.length - 1)) / keys.length
  for (const [at, [column, label]] of keys.entries()) {
    const place = direction === 'rtl' ? keys.length - 1 - at : at
    const x = sheet.side + place * (width + gap)
    doc.roundedRect(x, paper.y(), width, high, 4).fill(ink.zebra)
    const kind = tableColumns.overview.find(({ name }) => name === column)!.kind
    const value = printable(cellText(cellAt(tables, { table: 'overview', row: 0, column }), kind, language, tables.currency))
    const style: Style = { size: value.length > 13 ? 9.5 : value.length > 9 ? 12 : 15, bold: true, colour: ink.text }
    const small: Style = { size: 8, colour: ink.faint }
    const [number] = text.wrap(value, style, width - 8, 'ltr', 1)
    text.draw(number!, style, x + 4, paper.y() + 8 + (15 - style.size) * 0.6, width - 8, 'middle')
    const [name] = text.wrap(label, small, width - 8, direction, 1)
    text.draw(name!, small, x + 4, paper.y() + 32, width - 8, 'middle')
  }
  paper.skip(high + 18)
}

function writeContents(paper: Paper, { sections }: Report, title: string): (pageOf: ReadonlyMap<string, number>) => void {
  const { doc, text, direction } = paper
  const high = lineHeight(body.size, direction) + 3
  paper.keep(lineHeight(heading.size, direction) + 4 + sections.length * high)
  paper.write(title, heading, 4)
  const [start, end] = direction === 'rtl' ? (['right', 'left'] as const) : (['left', 'right'] as const)
  const places = sections.map(section => {
    paper.keep(high)
    const [line] = text.wrap(printable(section.title), body, inner.width - 40, direction, 1)
    text.draw(line!, body, sheet.side, paper.y(), inner.width, start)
    const place = { id: section.id, page: paper.pages() - 1, y: paper.y(), taken: text.lineWidth(line!, body) }
    paper.skip(high)
    return place
  })
  return pageOf => {
    for (const { id, page, y, taken } of places) {
      doc.switchToPage(page)
      const [number] = text.wrap(String(pageOf.get(id)), body, 40, 'ltr', 1)
      text.draw(number!, body, sheet.side, y, inner.width, end)
      const [from, to] = [taken + 6, inner.width - text.lineWidth(number!, body) - 6]
      const at = (distance: number) => (direction === 'rtl' ? sheet.width - sheet.side - distance : sheet.side + distance)
      doc
        .moveTo(at(from), y + body.size)
        .lineTo(at(to), y + body.size)
        .lineWidth(0.6)
        .dash(1, { space: 3 })
        .strokeColor(ink.line)
        .stroke()
        .undash()
      doc.goTo(sheet.side, y, inner.width, high, id)
    }
  }
}
