import type { AnalysisTables, Cell, Kind } from '../table.ts'
import { cellText } from './cell-text.ts'
import { ink } from './colours.ts'
import { type ColumnWish, columnWidths } from './column-widths.ts'
import { inner, type Paper, sheet } from './paper.ts'
import { type Line, lineHeight, type Style } from './paper-text.ts'
import { paperWords } from './paper-words.ts'
import { type Direction, directionOf, isolated, printable } from './printed-line.ts'
import type { Language, ShownTable } from './report.ts'

/** White around the text of a cell, in points. */
const [ASIDE, ABOVE] = [4, 2.5]

/** A cell has so many lines at most; the whole text is in the CSV. */
const LINES = 6

/** Sizes of text, in points: a table takes the largest in which no number and no word of a heading is broken. */
const SIZES = [8.5, 7.5, 6.5, 5.75, 5]

/** So much of a table, in points, stays together with the title of its section. */
export const TABLE_START = 170

interface PrintedColumn {
  readonly heading: string
  readonly texts: readonly string[]
  readonly isText: boolean
}

/** Prints a table: its title kept with the first rows, the head repeated on every page, numbers to the right, columns from the right in Urdu. */
export function writeTable(paper: Paper, shown: ShownTable, tables: AnalysisTables, language: Language): void {
  const columns = columnsOf(shown, tables, language)
  const { style, widths } = settingOf(paper, columns)
  const title: Style = { size: 10.5, bold: true, colour: ink.text }
  const grid = gridOf(paper, columns, widths, style)
  const count = columns[0]?.texts.length ?? 0
  const first = Array.from({ length: Math.min(3, count) }, (_, row) => grid.height(grid.cells(row)))
  const [one = 0] = first
  const three = first.reduce((sum, height) => sum + height, 8)
  const head = paper.heightOf(shown.title, title) + grid.headHeight
  paper.keep(Math.max(head + one + 8, Math.min(head + three, TABLE_START)))
  paper.write(printable(shown.title), title, 3)
  const words = paperWords[language]
  if (count === 0) {
    paper.write(words.nothing, { size: 9, colour: ink.faint }, 12)
    return
  }
  grid.head()
  for (let row = 0; row < count; row++) {
    const cells = grid.cells(row)
    if (paper.keep(grid.height(cells))) grid.head()
    grid.row(cells, row % 2 === 1)
  }
  paper.skip(4)
  const all = tables.tables[shown.table].rows.length
  if (all > count) {
    const file = isolated(`tables/${shown.table}.csv`, 'ltr')
    paper.write(
      words.more(isolated(cellText(all - count, 'count', language, ''), 'ltr'), file),
      { size: 8, colour: ink.faint },
      0,
    )
  }
  paper.skip(14)
}

function columnsOf(
  { table, columns, words, most }: ShownTable,
  { tables, currency }: AnalysisTables,
  language: Language,
): PrintedColumn[] {
  const { columns: all, rows } = tables[table]
  const shown = rows.slice(0, most)
  return columns.map(({ name, heading }) => {
    const at = all.findIndex(column => column.name === name)
    if (at === -1) throw new RangeError(`There is no ${name} in ${table}.`)
    const { kind } = all[at]!
    const own = words[name]
    const text = (cell: Cell) =>
      own !== undefined && cell !== null && Object.hasOwn(own, cell) ? own[cell]! : cellText(cell, kind, language, currency)
    return { heading: printable(heading), texts: shown.map(row => printable(text(row[at]!))), isText: isText(kind) }
  })
}

const isText = (kind: Kind): boolean => kind === 'text' || kind === 'date' || kind === 'month'

function settingOf(paper: Paper, columns: readonly PrintedColumn[]): { style: Style; widths: number[] } {
  const settings = SIZES.map(size => {
    const style: Style = { size, colour: ink.text }
    return { style, wishes: () => columns.map(column => wishOf(paper, column, style, { ...style, bold: true })) }
  })
  const fits = (wishes: readonly ColumnWish[]) => wishes.reduce((sum, { needs }) => sum + needs, 0) <= inner.width
  const { style, wishes } = settings.find(({ wishes }) => fits(wishes())) ?? settings.at(-1)!
  return { style, widths: columnWidths(wishes(), inner.width) }
}

/** Where cells of a table stand, and how they are drawn. */
function gridOf(paper: Paper, columns: readonly PrintedColumn[], widths: readonly number[], style: Style) {
  const { doc, text, direction } = paper
  const bold: Style = { ...style, bold: true }
  const left = widths.map((_, at) => {
    const before = widths.slice(0, at).reduce((sum, width) => sum + width, 0)
    return direction === 'rtl' ? sheet.width - sheet.side - before - widths[at]! : sheet.side + before
  })
  const step = lineHeight(style.size, direction)
  const start = direction === 'rtl' ? 'right' : 'left'
  const wrapped = (words: string, as: Style, at: number, way: Direction) =>
    text.wrap(words, as, widths[at]! - 2 * ASIDE + 0.01, way, LINES)
  const heads = columns.map(({ heading }, at) => wrapped(heading, bold, at, direction))
  const height = (cells: readonly Line[][]) => Math.max(...cells.map(lines => lines.length)) * step + 2 * ABOVE
  const draw = (cells: readonly Line[][], as: Style, fill: string | undefined): void => {
    const [y, high] = [paper.y(), height(cells)]
    if (fill !== undefined) doc.rect(sheet.side, y, inner.width, high).fill(fill)
    for (const [at, lines] of cells.entries())
      for (const [row, line] of lines.entries())
        text.draw(
          line,
          as,
          left[at]! + ASIDE,
          y + ABOVE + row * step,
          widths[at]! - 2 * ASIDE,
          columns[at]!.isText ? start : 'right',
        )
    paper.skip(high)
  }
  const rule = (): void => {
    doc
      .moveTo(sheet.side, paper.y())
      .lineTo(sheet.width - sheet.side, paper.y())
      .lineWidth(0.8)
      .strokeColor(ink.faint)
      .stroke()
  }
  return {
    height,
    headHeight: height(heads),
    head: () => {
      draw(heads, bold, undefined)
      rule()
    },
    // A number keeps its sign and its currency where they are, in a line from the right too.
    cells: (row: number) =>
      columns.map(({ texts, isText }, at) =>
        wrapped(texts[row]!, style, at, isText ? directionOf(texts[row]!, direction) : 'ltr'),
      ),
    row: (cells: readonly Line[][], odd: boolean) => draw(cells, style, odd ? ink.zebra : undefined),
  }
}

/** A number is never broken; a text needs its longest word, within reason, and to go into a few lines. */
function wishOf({ text, direction }: Paper, { heading, texts, isText }: PrintedColumn, style: Style, bold: Style): ColumnWish {
  const wide = (words: string, as: Style) => {
    const [line] = text.wrap(words.slice(0, 120), as, Infinity, direction)
    return text.lineWidth(line!, as)
  }
  const longest = (all: readonly string[], as: Style) => all.reduce((most, words) => Math.max(most, wide(words, as)), 0)
  const words = (all: readonly string[]) => [...new Set(all.flatMap(one => one.slice(0, 120).split(' ')))]
  const cells = longest(texts, style)
  const needs = Math.max(
    longest(words([heading]), bold),
    isText ? Math.max(Math.min(longest(words(texts), style), style.size * 9), Math.min(cells / 4, style.size * 14)) : cells,
  )
  return { wishes: Math.max(cells, Math.min(wide(heading, bold), 90), needs) + 2 * ASIDE, needs: needs + 2 * ASIDE }
}
