import { fontFamily } from './font-files.ts'

/**
 * Eight colours that stay apart for colour-blind eyes too.
 * Source: Paul Tol, Colour Schemes, SRON/EPS/TN/09-002, scheme "muted", the darker ones first.
 */
export const palette = ['#332288', '#44AA99', '#CC6677', '#DDCC77', '#88CCEE', '#117733', '#882255', '#999933'] as const

/** Ink and paper of what is printed. */
export const ink = { text: '#1F2430', faint: '#5B6372', line: '#D5D9E0', zebra: '#F5F6F9', paper: '#FFFFFF' } as const

/** In CSS pixels: on A4 a chart is about half as large, and 7 points are still read. */
const fontSize = 14

const axis = {
  axisLine: { lineStyle: { color: ink.line } },
  axisTick: { lineStyle: { color: ink.line } },
  axisLabel: { color: ink.faint, fontSize },
  nameTextStyle: { color: ink.faint, fontSize },
  splitLine: { lineStyle: { color: '#E9ECF1' } },
}

/** Theme of ECharts on light paper: the page and the server draw with it. */
export const chartTheme = {
  color: [...palette],
  backgroundColor: ink.paper,
  textStyle: { fontFamily, color: ink.text, fontSize },
  title: { textStyle: { color: ink.text }, subtextStyle: { color: ink.faint } },
  legend: { textStyle: { color: ink.text, fontSize } },
  categoryAxis: { ...axis, splitLine: { show: false } },
  valueAxis: { ...axis, axisLine: { show: false }, axisTick: { show: false } },
  timeAxis: axis,
  logAxis: axis,
  // From paper to ink, lightness falling evenly: it reads in grey too.
  visualMap: {
    textStyle: { color: ink.faint, fontSize },
    inRange: { color: ['#F3F6FB', '#B7CBE6', '#6C93C8', '#3A5A9E', '#1E2A63'] },
  },
}
