import { join } from 'node:path'
import type { AnalysisTables } from '../table.ts'
import { drawCharts } from './draw-charts.ts'
import type { Language } from './report.ts'
import { reportOf } from './report-of.ts'
import { writeHtml } from './write-html.ts'
import { writePdf } from './write-pdf.ts'

export interface ReportOptions {
  readonly languages: readonly Language[]
  readonly say: (what: string) => void
  readonly signal: AbortSignal
}

/** The reports of an analysis into a folder: of English report.html, report.pdf and charts/*.png; of Urdu report.ur.html and so on. */
export async function writeReport(all: AnalysisTables, folder: string, { languages, say, signal }: ReportOptions): Promise<void> {
  for (const language of languages) {
    const report = reportOf(all, language)
    const path = (name: string) => join(folder, language === 'en' ? name : name.replace('.', `.${language}.`))
    say(`${language}, the page`)
    await writeHtml(report, all, path('report.html'), signal)
    say(`${language}, charts`)
    const charts = report.sections.flatMap(section => section.charts)
    const drawn = await drawCharts(charts, language, folder, signal)
    say(`${language}, for printing`)
    await writePdf(report, all, drawn, path('report.pdf'), signal)
  }
}
