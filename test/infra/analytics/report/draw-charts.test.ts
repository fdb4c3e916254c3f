import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inflateSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CHART_WIDTH, drawCharts } from '../../../../infra/analytics/report/draw-charts.ts'
import { someReport } from '../../../support/a-report.ts'

const { signal } = new AbortController()
let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'charts-'))
})
afterAll(() => rm(folder, { recursive: true }))

const chartsIn = (language: 'en' | 'ur') => someReport(language).sections.flatMap(({ charts }) => charts)

test('a chart is a PNG of twice its size with something on it, under its own name in each language', async () => {
  for (const language of ['en', 'ur'] as const) {
    const charts = chartsIn(language)
    const drawn = await drawCharts(charts, language, folder, signal)
    expect([...drawn.keys()]).toEqual(charts.map(({ name }) => name))
    for (const { name, height } of charts) {
      const file = await readFile(join(folder, 'charts', language === 'en' ? `${name}.png` : `${name}.ur.png`))
      expect(file.subarray(0, 8)).toEqual(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'))
      expect([file.readUInt32BE(16), file.readUInt32BE(20)]).toEqual([CHART_WIDTH * 2, height * 2])
      expect(new Set(bytesOf(file)).size).toBeGreaterThan(20)
    }
  }
})

test('the same chart gives the same bytes, and its words are drawn', async () => {
  const [bars] = chartsIn('en')
  const draw = async (option: object) =>
    (await drawCharts([{ ...bars!, option: { ...bars!.option, ...option } }], 'en', folder, signal)).get(bars!.name)!.png
  const first = await draw({})
  expect(await draw({})).toEqual(first)
  expect(await draw({ legend: { show: false } })).not.toEqual(first)
})

test('a name of a product that is markup, or no text at all, is drawn as text', async () => {
  const names = ['</text><script>', 'a\u0000b\u202Ec', '😀', '\uD800', 'x'.repeat(10_000)]
  const [bars] = chartsIn('en')
  const drawn = await drawCharts(
    [{ ...bars!, option: { ...bars!.option, yAxis: { type: 'category', data: names } } }],
    'en',
    folder,
    signal,
  )
  expect(drawn.get(bars!.name)!.png.length).toBeGreaterThan(1_000)
})

test('who stops gets no chart', async () => {
  await expect(drawCharts(chartsIn('en'), 'en', folder, AbortSignal.abort())).rejects.toThrow('aborted')
})

function bytesOf(png: Buffer): Buffer {
  const parts: Buffer[] = []
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at))
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') parts.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)))
  return inflateSync(Buffer.concat(parts))
}
