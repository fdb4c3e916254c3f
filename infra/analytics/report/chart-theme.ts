import { ink, palette } from './colours.ts'
import { fontFamily } from './font-files.ts'

/** In CSS pixels: on A4 a chart is about half as large, and 7 points are still read. */
const fontSize = 14

const axis = {
  axisLine: { lineStyle: { color: ink.line } },
  axisTick: { lineStyle: { color: ink.line } },
  axisLabel: { color: ink.faint, fontSize },
  nameTextStyle: { color: ink.faint, fontSize },
  splitLine: { lineStyle: { color: '#E9ECF1' } },
}

/** Theme of ECharts on paper: larger letters than on a page. */
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
  visualMap: {
    textStyle: { color: ink.faint, fontSize },
    inRange: { color: ['#eef3f0', palette[0]] },
  },
  heatmap: {
    itemStyle: { borderColor: ink.paper, borderWidth: 2 },
    label: { color: ink.text, textBorderColor: ink.paper, textBorderWidth: 2 },
  },
}
