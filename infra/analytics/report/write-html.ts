import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { writeBeside } from '../files/write-beside.ts'
import { type AnalysisTables, type Table, tableColumns } from '../table.ts'
import { cellText } from './cell-text.ts'
import type { Report, Sentence } from './report.ts'
import { sayIn } from './say-in.ts'
import { themes } from './themes.ts'

const FONTS = {
  en: '"Inter", "Segoe UI", "Noto Sans", system-ui, sans-serif',
  ur: '"Noto Naskh Arabic", "Segoe UI", "Noto Sans Arabic", Tahoma, sans-serif',
}
/** What the first tiles show. */
const TILES = [
  ['customers', 'Customers'],
  ['buyers', 'Buyers'],
  ['orders', 'Orders'],
  ['gross', 'Revenue'],
  ['refunds', 'Refunds'],
  ['mean_order', 'Mean order'],
  ['repeat_buyers', 'Bought again'],
  ['last_day', 'Last day'],
] as const

/** A report as one page that needs nothing else: styles, ECharts and data are in it, and its policy lets it load nothing. */
export async function writeHtml(report: Report, all: AnalysisTables, path: string, signal: AbortSignal): Promise<void> {
  const here = (name: string) => readFile(new URL(name, import.meta.url), 'utf8')
  const echarts = createRequire(import.meta.url).resolve('echarts/dist/echarts.min.js')
  const [css, page, charts] = await Promise.all([here('page.css'), here('page.js'), readFile(echarts, 'utf8')])
  await writeBeside(path, pageOf(report, all, { css, page, charts }), signal)
}

interface Inlined {
  readonly css: string
  readonly page: string
  readonly charts: string
}

function* pageOf(report: Report, all: AnalysisTables, { css, page, charts }: Inlined): Generator<string> {
  const { language, direction, title, subtitle, summary, sections } = report
  const say = sayIn(language)
  yield `<!doctype html>
<html lang="${language}" dir="${direction}" data-theme="light">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:">
<title>${escaped(title)}</title>
<style>${css}</style>
</head>
<body>
<header><div><h1>${escaped(title)}</h1><p>${escaped(subtitle)}</p></div><button type="button" class="theme" aria-label="${escaped(say('Dark or light'))}">◐</button></header>
<div class="wrap">
<nav aria-label="${escaped(say('Contents'))}">${sections.map(({ id, title }) => `<a href="#${id}">${escaped(title)}</a>`).join('')}</nav>
<main>
<section class="summary" id="summary"><h2>${escaped(say('In short'))}</h2>
<div class="tiles">${tilesOf(report, all)}</div>
<ul>${summary.map(sentence => `<li>${sentenceOf(sentence)}</li>`).join('')}</ul>${degradedOf(report, all)}</section>
`
  for (const { id, title, lead, nothing } of sections)
    yield `<section id="${id}"><h2>${escaped(title)}</h2><p class="lead">${escaped(lead)}</p>${nothing === undefined ? '' : `<p class="nothing">${escaped(nothing)}</p>`}</section>\n`
  yield '</main>\n</div>\n'
  yield `<script type="application/json" id="report-data">${harmless(JSON.stringify(dataOf(report, all)))}</script>\n`
  yield `<script>${charts}</script>\n<script>${page}</script>\n</body>\n</html>\n`
}

function tilesOf({ language }: Report, all: AnalysisTables): string {
  const say = sayIn(language)
  const { columns, rows } = all.tables.overview
  return TILES.map(([column, heading]) => {
    const at = columns.findIndex(({ name }) => name === column)
    const text = cellText(rows[0]?.[at] ?? null, columns[at]!.kind, language, all.currency)
    return `<div class="tile"><b><bdi>${escaped(text)}</bdi></b><span>${escaped(say(heading))}</span></div>`
  }).join('')
}

/** A number leads to its cell; the page marks it there. */
const sentenceOf = (sentence: Sentence): string =>
  sentence
    .map(piece => {
      if (typeof piece === 'string') return escaped(piece)
      const { table, row, column } = piece.cell
      return `<a href="#table-${table}" data-table="${table}" data-row="${row}" data-column="${column}">${escaped(piece.text)}</a>`
    })
    .join('')

function degradedOf({ language }: Report, { degraded }: AnalysisTables): string {
  if (degraded.length === 0) return ''
  const says = degraded.map(({ says }) => `<p class="degraded"><bdi>${escaped(says)}</bdi></p>`).join('')
  return `<h3>${escaped(sayIn(language)('What could not be done'))}</h3>${says}`
}

/** What the page draws and lists: of tables that are shown, all rows and how their cells are written. */
function dataOf(report: Report, all: AnalysisTables): unknown {
  const say = sayIn(report.language)
  const names = [...new Set(report.sections.flatMap(({ tables }) => tables.map(({ table }) => table)))]
  return {
    report: { sections: report.sections },
    tables: Object.fromEntries(
      names.map(name => [name, { ...all.tables[name], texts: textsOf(all.tables[name], report, all.currency) }]),
    ),
    themes: themes(FONTS[report.language]),
    words: {
      search: say('Search this table'),
      more: say('Show more'),
      all: say('Show all segments'),
      of: say('Customers of {0}'),
      rows: say('Rows {0} of {1}'),
    },
  }
}

const textsOf = ({ name, rows }: Table, { language }: Report, currency: string): (string | null)[][] =>
  rows.map(row =>
    row.map((cell, at) => {
      const { kind } = tableColumns[name][at]!
      return kind === 'text' ? null : cellText(cell, kind, language, currency)
    }),
  )

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

/** JSON within a script: nothing in it ends the script or begins a comment. */
const harmless = (json: string): string =>
  json.replaceAll('<', '\\u003c').replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')
