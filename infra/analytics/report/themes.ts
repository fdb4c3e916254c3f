import { onDark, palette } from './colours.ts'

const themeOf = (colours: readonly string[], ink: string, line: string, paper: string, cold: string, fonts: string) => ({
  color: colours,
  backgroundColor: 'transparent',
  textStyle: { fontFamily: fonts, color: ink },
  legend: { textStyle: { color: ink, fontFamily: fonts }, pageTextStyle: { color: ink } },
  categoryAxis: axis(ink, line, fonts),
  valueAxis: axis(ink, line, fonts),
  radar: {
    axisName: { color: ink },
    splitLine: { lineStyle: { color: line } },
    axisLine: { lineStyle: { color: line } },
    splitArea: { show: false },
  },
  tooltip: { backgroundColor: paper, borderColor: line, textStyle: { color: ink, fontFamily: fonts } },
  visualMap: { inRange: { color: [cold, colours[0]] } },
  heatmap: {
    itemStyle: { borderColor: paper, borderWidth: 2 },
    label: { color: ink, textBorderColor: paper, textBorderWidth: 2 },
  },
  markLine: { lineStyle: { color: ink } },
})

const axis = (ink: string, line: string, fontFamily: string) => ({
  axisLine: { lineStyle: { color: line } },
  axisTick: { lineStyle: { color: line } },
  axisLabel: { color: ink, fontFamily },
  nameTextStyle: { color: ink, fontFamily },
  splitLine: { lineStyle: { color: line } },
})

/** ECharts themes for pages and paper. @param fonts a CSS list of families */
export const themes = (fonts: string) => ({
  light: themeOf(palette, '#1d2430', '#d9d5cb', '#ffffff', '#eef3f0', fonts),
  dark: themeOf(onDark, '#e8eaee', '#39434f', '#1a2028', '#22303a', fonts),
})
