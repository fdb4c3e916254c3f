import { buffer } from 'node:stream/consumers'
import PDFDocument from 'pdfkit'
import { writeBeside } from '../files/write-beside.ts'
import type { AnalysisTables } from '../table.ts'
import { ink, palette } from './colours.ts'
import { CHART_WIDTH, type Drawn } from './draw-charts.ts'
import { inner, type Paper, paperOn, sheet, writeFeet } from './paper.ts'
import { writeFront } from './paper-front.ts'
import { TABLE_START, writeTable } from './paper-table.ts'
import { lineHeight, type Style } from './paper-text.ts'
import { printable } from './printed-line.ts'
import type { Chart, Report, Section } from './report.ts'

const title: Style = { size: 17, bold: true, colour: palette[0] }
const lead: Style = { size: 10, colour: ink.text }
const caption: Style = { size: 10.5, bold: true, colour: ink.text }

/**
 * A report on A4, to be printed: fonts are in it, and headings stay with what follows them.
 *
 * The same report of the same tables and charts gives the same bytes: it is dated as the analysis is.
 * A chart that was not drawn throws.
 */
export async function writePdf(
  report: Report,
  tables: AnalysisTables,
  drawn: ReadonlyMap<string, Drawn>,
  path: string,
  signal: AbortSignal,
): Promise<void> {
  const doc = documentOf(report, tables)
  const bytes = buffer(doc)
  const paper = paperOn(doc, report.direction)
  const numberContents = writeFront(paper, report, tables)
  const pageOf = new Map<string, number>()
  for (const [at, section] of report.sections.entries()) {
    signal.throwIfAborted()
    if (at === 0) paper.newPage()
    pageOf.set(section.id, writeSection(paper, section, report, tables, drawn))
  }
  numberContents(pageOf)
  writeFeet(paper, report.title)
  doc.end()
  await writeBeside(path, [await bytes], signal)
}

function documentOf({ title, subtitle, language }: Report, { asOf }: AnalysisTables): PDFKit.PDFDocument {
  const info = {
    Title: printable(title),
    Subject: printable(subtitle),
    Creator: 'Tarang',
    Producer: 'Tarang',
    CreationDate: new Date(asOf),
  }
  return new PDFDocument({
    size: 'A4',
    margin: 0,
    bufferPages: true,
    autoFirstPage: false,
    pdfVersion: '1.7',
    lang: language,
    displayTitle: true,
    info,
  })
}

/** Prints a section, and says on which page its title is. */
function writeSection(
  paper: Paper,
  section: Section,
  report: Report,
  tables: AnalysisTables,
  drawn: ReadonlyMap<string, Drawn>,
): number {
  const { doc } = paper
  const words = printable(section.nothing ?? section.lead)
  const [chart] = section.charts
  paper.keep(
    lineHeight(title.size, report.direction) +
      paper.heightOf(words, lead) +
      (chart === undefined ? firstOf(section) : chartHeight(chart, paper)) +
      14,
  )
  const page = paper.pages()
  doc.addNamedDestination(section.id, 'XYZ', 0, paper.y(), null)
  doc.outline.addItem(printable(section.title))
  paper.write(printable(section.title), title, 4)
  if (section.nothing !== undefined) paper.write(words, { ...lead, colour: ink.faint }, 16)
  else paper.write(words, lead, 10)
  for (const one of section.charts) writeChart(paper, one, drawn)
  for (const table of section.tables) writeTable(paper, table, tables, report.language)
  paper.skip(10)
  return page
}

/** Of a section without charts so much stays with its title: a table's title, head and some rows. */
const firstOf = ({ tables }: Section): number => (tables.length === 0 ? 0 : TABLE_START)

const imageHeight = ({ height }: Chart): number => Math.min((height * inner.width) / CHART_WIDTH, inner.height - 60)

const chartHeight = (chart: Chart, { direction }: Paper): number => lineHeight(caption.size, direction) + imageHeight(chart) + 18

function writeChart(paper: Paper, chart: Chart, drawn: ReadonlyMap<string, Drawn>): void {
  const picture = drawn.get(chart.name)
  if (picture === undefined) throw new RangeError(`The chart ${chart.name} was not drawn.`)
  paper.keep(chartHeight(chart, paper))
  paper.write(printable(chart.title), caption, 4)
  const height = imageHeight(chart)
  paper.doc.image(picture.png, sheet.side, paper.y(), { fit: [inner.width, height], align: 'center' })
  paper.skip(height + 14)
}
