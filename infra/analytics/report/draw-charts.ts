import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Resvg } from '@resvg/resvg-js'
import * as echarts from 'echarts'
import { PNG } from 'pngjs'
import { writeBeside } from '../files/write-beside.ts'
import { chartTheme } from './chart-theme.ts'
import { fontFiles } from './font-files.ts'
import type { Chart, Language } from './report.ts'
import { textWidth } from './text-width.ts'

/** Width of a chart in CSS pixels, as on a page; `Chart.height` goes with it. */
export const CHART_WIDTH = 960

/** Pixels of a PNG to a CSS pixel: on A4 between its margins that is more than 260 dots an inch. */
const SCALE = 2

/** A chart as a picture. */
export interface Drawn {
  readonly png: Buffer
  /** Where it was written. */
  readonly path: string
  /** In CSS pixels; the PNG has twice as many. */
  readonly width: number
  readonly height: number
}

/**
 * Draws charts by ECharts on the server, and writes them as PNG: charts/NAME.png in English, charts/NAME.ur.png in Urdu.
 * By name. The same chart gives the same bytes. A chart that cannot be drawn throws: its option is a fault of ours.
 */
export async function drawCharts(
  charts: readonly Chart[],
  language: Language,
  folder: string,
  signal: AbortSignal,
): Promise<Map<string, Drawn>> {
  const into = join(folder, 'charts')
  await mkdir(into, { recursive: true })
  const drawn = new Map<string, Drawn>()
  for (const chart of charts) {
    signal.throwIfAborted()
    const png = pngOf(svgOf(chart))
    const path = join(into, `${chart.name}${language === 'en' ? '' : `.${language}`}.png`)
    await writeBeside(path, [png], signal)
    drawn.set(chart.name, { png, path, width: CHART_WIDTH, height: chart.height })
  }
  return drawn
}

function svgOf({ option, height }: Chart): string {
  // Without a canvas ECharts guesses how wide letters are, and labels overlap.
  echarts.setPlatformAPI({ measureText: (text, font = '12px') => ({ width: textWidth(text, font) }) })
  const chart = echarts.init(null, chartTheme, { renderer: 'svg', ssr: true, width: CHART_WIDTH, height })
  try {
    chart.setOption({ ...option, animation: false })
    return inOrder(harmless(chart.renderToSVGString()))
  } finally {
    chart.dispose()
  }
}

/** Names in files may hold what no XML may, and marks that turn the text around them. */
const harmless = (svg: string): string =>
  svg.replace(/[\u202a-\u202e\u2066-\u2069]/g, '').replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '\ufffd')

/** A text that begins in Arabic letters runs from the right, with the Latin words and brackets in it: resvg takes every line to run from the left, unless it is isolated. */
const inOrder = (svg: string): string =>
  svg.replace(/>([^<\p{L}]*\p{Script=Arabic}[^<]*)<\/text>/gu, (_, text: string) => `>\u2067${text}\u2069</text>`)

function pngOf(svg: string): Buffer {
  const font = {
    loadSystemFonts: false,
    fontFiles: Object.values(fontFiles),
    defaultFontFamily: 'Noto Sans',
    sansSerifFamily: 'Noto Sans',
  }
  const { width, height, pixels } = new Resvg(svg, { font, fitTo: { mode: 'zoom', value: SCALE } }).render()
  const png = new PNG({ width, height })
  png.data = Buffer.from(pixels)
  // Without an alpha channel: on paper nothing shines through, and PDF would have a mask for it. Areas of one colour need no filter.
  return PNG.sync.write(png, { colorType: 2, filterType: 0, deflateStrategy: 0, deflateLevel: 6 })
}
