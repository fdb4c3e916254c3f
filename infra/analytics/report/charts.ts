import type { AnalysisTables } from '../table.ts'
import { chartName } from './chart-name.ts'
import { clusterName } from './cluster-name.ts'
import type { Chart, Language } from './report.ts'
import { numberOf, type Row, rowsOf, textOf } from './rows-of.ts'
import type { Say } from './say-in.ts'
import { type Scaled, scaledBy, scaleOf } from './scaled.ts'

export interface Words {
  readonly say: Say
  readonly language: Language
}

type Option = Chart['option']

const MONTHS_OF_YEAR = [
  ...['January', 'February', 'March', 'April', 'May', 'June'],
  ...['July', 'August', 'September', 'October', 'November', 'December'],
]
const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']
/** Of long lists a chart shows so many. */
const SHOWN = 12
/** A cohort heat map of more months is not read. */
const COHORTS = 18

export const weekdayName = (row: Row): string => WEEKDAYS[numberOf(row, 'weekday') - 1] ?? ''
export const monthOfYear = (row: Row): string => MONTHS_OF_YEAR[numberOf(row, 'month') - 1] ?? ''

const rtl = ({ language }: Words): boolean => language === 'ur'
const percent = (share: number): number => Number((100 * share).toFixed(1))
const grid = { left: 12, right: 24, top: 40, bottom: 28, containLabel: true }
const legend = { top: 0, type: 'scroll' }

/** Bars from names outwards: in Urdu from the right. */
function bars(names: readonly string[], series: readonly Option[], unit: string, words: Words): Option {
  return {
    grid: { ...grid, top: series.length > 1 ? grid.top : 8, bottom: unit === '' ? grid.bottom : 44 },
    legend: series.length > 1 ? legend : { show: false },
    tooltip: { trigger: 'axis', axisPointer: { type: 'shadow' }, confine: true },
    xAxis: {
      type: 'value',
      inverse: rtl(words),
      name: unit,
      nameLocation: 'middle',
      nameGap: 28,
      axisLabel: { hideOverlap: true },
    },
    yAxis: {
      type: 'category',
      inverse: true,
      position: rtl(words) ? 'right' : 'left',
      data: names.map(chartName),
      axisLabel: { width: 190, overflow: 'truncate' },
      axisTick: { show: false },
    },
    series,
  }
}

/** Columns over time or kinds: in Urdu time goes from right to left. */
function columns(names: readonly string[], series: readonly Option[], axes: readonly string[], words: Words): Option {
  const side = (at: number) => ((at === 0) === rtl(words) ? 'right' : 'left')
  return {
    grid,
    legend: series.length > 1 ? legend : { show: false },
    tooltip: { trigger: 'axis', confine: true },
    xAxis: { type: 'category', inverse: rtl(words), data: names, axisLabel: { hideOverlap: true } },
    yAxis: axes.map((name, at) => ({
      type: 'value',
      name,
      position: side(at),
      scale: false,
      splitLine: { show: at === 0 },
      axisLabel: { hideOverlap: true },
      nameTextStyle: { align: side(at) },
    })),
    series,
  }
}

const barHeight = (many: number, each = 30): number => 90 + many * each

const inUnit = (money: string, { word }: Scaled, { say }: Words): string =>
  [money, word === '' ? '' : say(word)].filter(Boolean).join(' ')

export function segmentsChart(all: AnalysisTables, words: Words): Chart {
  const { say } = words
  const rows = rowsOf(all, 'segments').filter(row => numberOf(row, 'customers') > 0)
  const share = (column: string) => rows.map(row => percent(numberOf(row, column)))
  return {
    name: 'segments',
    title: say('Segments'),
    describes: say(
      'Customers by how lately and how often they buy. Bars compare a segment’s share of customers with its share of revenue.',
    ),
    option: bars(
      rows.map(row => say(textOf(row, 'segment'))),
      [
        { type: 'bar', name: say('Share of customers'), data: share('share_of_customers') },
        { type: 'bar', name: say('Share of revenue'), data: share('share_of_gross') },
      ],
      '%',
      words,
    ),
    height: barHeight(rows.length, 42),
  }
}

export function gridChart(all: AnalysisTables, words: Words): Chart {
  const { say } = words
  const rows = rowsOf(all, 'rfm_grid')
  const most = Math.max(1, ...rows.map(row => numberOf(row, 'customers')))
  const scores = ['1', '2', '3', '4', '5']
  return {
    name: 'rfm-grid',
    title: say('Recency and frequency'),
    describes: say('How many customers have each pair of scores; 5 is best.'),
    option: {
      grid: { ...grid, bottom: 60 },
      tooltip: { confine: true },
      xAxis: { type: 'category', data: scores, name: say('frequency'), nameLocation: 'middle', nameGap: 26, inverse: rtl(words) },
      yAxis: { type: 'category', data: scores, name: say('recency'), position: rtl(words) ? 'right' : 'left' },
      visualMap: { min: 0, max: most, show: false },
      series: [
        {
          type: 'heatmap',
          label: { show: true },
          data: rows.map(row => [numberOf(row, 'f') - 1, numberOf(row, 'r') - 1, numberOf(row, 'customers')]),
        },
      ],
    },
    height: 340,
  }
}

export function clustersChart(all: AnalysisTables, words: Words): Chart {
  const { say, language } = words
  const rows = rowsOf(all, 'clusters')
  const measures = [
    ['mean_recency_days', 'Days since last order'],
    ['mean_orders', 'Orders each'],
    ['mean_gross', 'Revenue each'],
    ['mean_order', 'Mean order'],
    ['mean_tenure_days', 'Days since first order'],
  ] as const
  // Money lies far apart: roots let the small ones be seen. The largest reaches the edge.
  const mosts = measures.map(([column]) => Math.max(1e-9, ...rows.map(row => numberOf(row, column))))
  return {
    name: 'clusters',
    title: say('Clusters'),
    describes: say('Customers who are alike in five measures, found without looking at segments. Wider means more of it.'),
    option: {
      legend: { bottom: 0, type: 'scroll' },
      tooltip: { confine: true },
      radar: {
        radius: '58%',
        center: ['50%', '46%'],
        indicator: measures.map(([, name]) => ({ name: say(name), max: 1 })),
      },
      series: [
        {
          type: 'radar',
          areaStyle: { opacity: 0.08 },
          data: rows.map(row => ({
            name: clusterName(textOf(row, 'name'), language),
            value: measures.map(([column], at) => Number(Math.sqrt(numberOf(row, column) / mosts[at]!).toFixed(3))),
          })),
        },
      ],
    },
    height: 460,
  }
}

export function choiceChart(all: AnalysisTables, words: Words): Chart {
  const { say } = words
  const rows = rowsOf(all, 'cluster_choice')
  const line = (column: string, name: string): Option => ({
    type: 'line',
    name: say(name),
    symbolSize: 8,
    data: rows.map(row => row.of(column)),
  })
  const chosen = rows.findIndex(row => textOf(row, 'chosen') === 'chosen')
  const mark = { symbol: 'none', silent: true, label: { formatter: say('chosen') }, data: [{ xAxis: chosen }] }
  return {
    name: 'cluster-choice',
    title: say('Why so many clusters'),
    describes: say(
      'Numbers of clusters that were tried: a higher silhouette means clearer clusters, a higher stability that they come again in other samples.',
    ),
    option: columns(
      rows.map(row => String(numberOf(row, 'k'))),
      [{ ...line('silhouette', 'Silhouette'), ...(chosen < 0 ? {} : { markLine: mark }) }, line('stability', 'Stability')],
      [''],
      words,
    ),
    height: 280,
  }
}

export function monthsChart(all: AnalysisTables, money: string, words: Words): Chart {
  const { say } = words
  const rows = rowsOf(all, 'months')
  const gross = rows.map(row => numberOf(row, 'gross'))
  const scale = scaleOf(gross)
  return {
    name: 'revenue',
    title: say('Revenue by month'),
    describes: say('What was paid, month by month, and how many customers paid it. The last month may not be over.'),
    option: columns(
      rows.map(row => textOf(row, 'month')),
      [
        { type: 'bar', name: say('Revenue'), data: gross.map(one => scaledBy(one, scale)) },
        { type: 'line', name: say('Customers'), yAxisIndex: 1, symbolSize: 6, data: rows.map(row => numberOf(row, 'customers')) },
      ],
      [inUnit(money, scale, words), say('Customers')],
      words,
    ),
    height: 340,
  }
}

export function cohortsChart(all: AnalysisTables, words: Words): Chart {
  const { say } = words
  const rows = rowsOf(all, 'cohorts')
  const cohorts = [...new Set(rows.map(row => textOf(row, 'cohort')))].slice(-COHORTS)
  const shown = rows.filter(row => cohorts.includes(textOf(row, 'cohort')) && numberOf(row, 'months_after') > 0)
  const after = Math.max(0, ...shown.map(row => numberOf(row, 'months_after')))
  const shares = shown.map(row => percent(numberOf(row, 'retention')))
  return {
    name: 'cohorts',
    title: say('Who comes back'),
    describes: say('Of the customers who first bought in a month, the share that bought again so many months later.'),
    option: {
      grid: { ...grid, bottom: 60, top: 12 },
      tooltip: { confine: true },
      xAxis: {
        type: 'category',
        data: Array.from({ length: after }, (_, at) => String(at + 1)),
        name: say('Months later'),
        nameLocation: 'middle',
        nameGap: 26,
        inverse: rtl(words),
      },
      yAxis: { type: 'category', data: cohorts, inverse: true, position: rtl(words) ? 'right' : 'left' },
      visualMap: { min: 0, max: Math.max(1, ...shares), show: false },
      series: [
        {
          type: 'heatmap',
          label: { show: after <= COHORTS, fontSize: 10 },
          data: shown.map((row, at) => [
            numberOf(row, 'months_after') - 1,
            cohorts.indexOf(textOf(row, 'cohort')),
            Math.round(shares[at]!),
          ]),
        },
      ],
    },
    height: barHeight(cohorts.length, 24),
  }
}

export function seasonCharts(all: AnalysisTables, words: Words): Chart[] {
  const { say } = words
  const chart = (
    table: 'weekday_seasons' | 'month_seasons',
    name: string,
    title: string,
    named: (row: Row) => string,
  ): Chart[] => {
    const rows = rowsOf(all, table)
    if (rows.length === 0) return []
    const mark = { symbol: 'none', silent: true, label: { show: false }, data: [{ yAxis: 1 }] }
    return [
      {
        name,
        title: say(title),
        describes: say('How many times the average a weekday or a month brings: above 1 is more than usual.'),
        option: columns(
          rows.map(row => say(named(row))),
          [{ type: 'bar', data: rows.map(row => Number(numberOf(row, 'index').toFixed(3))), markLine: mark }],
          [''],
          words,
        ),
        height: 260,
      },
    ]
  }
  return [
    ...chart('weekday_seasons', 'weekdays', 'Weekdays', weekdayName),
    ...chart('month_seasons', 'months-of-year', 'Months of the year', monthOfYear),
  ]
}

export function valueChart(all: AnalysisTables, money: string, words: Words): Chart {
  const { say } = words
  const rows = rowsOf(all, 'value_by_segment').filter(row => numberOf(row, 'customers') > 0)
  const scale = scaleOf(rows.flatMap(row => [numberOf(row, 'revenue'), numberOf(row, 'revenue_at_risk')]))
  const bar = (column: string, name: string): Option => ({
    type: 'bar',
    name: say(name),
    data: rows.map(row => scaledBy(numberOf(row, column), scale)),
  })
  return {
    name: 'value',
    title: say('Value by segment'),
    describes: say(
      'What customers are expected to bring within the horizon (BG/NBD and Gamma–Gamma), and how many of them will probably buy nothing.',
    ),
    option: bars(
      rows.map(row => say(textOf(row, 'segment'))),
      [bar('revenue', 'Expected revenue'), bar('revenue_at_risk', 'Revenue at risk')],
      inUnit(money, scale, words),
      words,
    ),
    height: barHeight(rows.length, 42),
  }
}

/** The longest of a list as bars: products, categories, what is recommended. */
export function longest(
  all: AnalysisTables,
  { table, name, label, value, title, describes, money }: Longest,
  words: Words,
): Chart {
  const rows = rowsOf(all, table).slice(0, SHOWN)
  const scale = scaleOf(rows.map(row => numberOf(row, value)))
  return {
    name,
    title: words.say(title),
    describes: words.say(describes),
    option: bars(
      rows.map(row => textOf(row, label) || textOf(row, 'product_id') || '–'),
      [{ type: 'bar', data: rows.map(row => scaledBy(numberOf(row, value), scale)) }],
      inUnit(money, scale, words),
      words,
    ),
    height: barHeight(rows.length, 26),
  }
}

export interface Longest {
  readonly table: 'products' | 'categories' | 'recommended'
  readonly name: string
  readonly label: string
  readonly value: string
  readonly title: string
  readonly describes: string
  /** The currency, or empty where it is no money. */
  readonly money: string
}
