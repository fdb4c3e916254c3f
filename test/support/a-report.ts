import type { Chart, Language, Report } from '../../infra/analytics/report/report.ts'
import { type AnalysisTables, type Cell, type TableName, tableColumns } from '../../infra/analytics/table.ts'

const names = { en: ['Champions', 'Loyal customers', 'At risk (30 days)'], ur: ['چیمپئن', 'وفادار گاہک', 'خطرے میں (30 دن)'] }
const months = ['2026-01', '2026-02', '2026-03', '2026-04', '2026-05', '2026-06']

/** Tables of a small shop; those that are given take the place of its own. */
export function someTables(rows: Partial<Record<TableName, readonly (readonly Cell[])[]>> = {}): AnalysisTables {
  const own: typeof rows = {
    overview: [
      [1000, 950, 200, 3483, 20450, 120164490, 118064490, 2100000, 34500.28, 0.5, '2024-10-23', '2026-11-22', '2026-11-22'],
    ],
    segments: names.en.map((name, at) => [
      name,
      50 * (at + 1),
      0.05,
      554,
      6974570,
      0.058,
      6974570,
      18.84,
      11.08,
      139491.4,
      'Keep them',
      'Early access, thanks, invitations to review and refer. No discounts: they buy without.',
    ]),
    months: months.map((month, at) => [month, 40 + at * 7, 30 + at * 5, 12, 114810 * (at + 1), 114810 * (at + 1)]),
    ...rows,
  }
  const tables = Object.fromEntries(
    (Object.keys(tableColumns) as TableName[]).map(name => [name, { name, columns: tableColumns[name], rows: own[name] ?? [] }]),
  ) as unknown as AnalysisTables['tables']
  return { tables, currency: 'PKR', asOf: Date.UTC(2026, 10, 22), degraded: [] }
}

/** A report of that shop by hand: bars, lines and a heat map, in either language. */
export function someReport(language: Language): Report {
  const say = (en: string, ur: string): string => (language === 'en' ? en : ur)
  return {
    language,
    direction: language === 'en' ? 'ltr' : 'rtl',
    title: say('Customer analysis', 'گاہکوں کا تجزیہ'),
    subtitle: say('From 23 October 2024 to 22 November 2026', '23 اکتوبر 2024 سے 22 نومبر 2026 تک'),
    summary: [
      [
        say('The shop has ', 'دکان کے '),
        { text: '1,000', cell: { table: 'overview', row: 0, column: 'customers' } },
        say(' customers, who have brought ', ' گاہک ہیں، جنہوں نے '),
        { text: 'PKR\u00a0120,164,490', cell: { table: 'overview', row: 0, column: 'gross' } },
        say(
          ' in all; half of them have bought more than once, which is usual for a shop of this kind.',
          ' کی خریداری کی ہے؛ ان میں سے آدھوں نے ایک سے زیادہ بار خریدا (جو ایسی دکان کے لیے معمول ہے)۔',
        ),
      ],
      [
        say('Champions are ', 'چیمپئن '),
        { text: '5\u00a0%', cell: { table: 'segments', row: 0, column: 'share_of_customers' } },
        say(' of all.', ' ہیں۔'),
      ],
    ],
    sections: [
      {
        id: 'segments',
        title: say('Segments', 'گاہکوں کے حصے'),
        lead: say(
          'Who buys how lately, how often and for how much. A bar is a segment; its length is what it has brought.',
          'کون کتنا حال میں، کتنی بار اور کتنے کا خریدتا ہے۔ ہر پٹی ایک حصہ ہے؛ اس کی لمبائی (PKR میں) اس کی کل خریداری ہے۔',
        ),
        charts: [bars(language)],
        tables: [
          {
            table: 'segments',
            title: say('Segments and what to do', 'حصے اور کیا کیا جائے'),
            columns: [
              { name: 'segment', heading: say('Segment', 'حصہ') },
              { name: 'customers', heading: say('Customers', 'گاہک') },
              { name: 'share_of_gross', heading: say('Share of sales', 'فروخت کا حصہ') },
              { name: 'gross', heading: say('Sales', 'فروخت') },
              { name: 'action', heading: say('What to do', 'کیا کیا جائے') },
            ],
            words: language === 'en' ? {} : { segment: Object.fromEntries(names.en.map((name, at) => [name, names.ur[at]!])) },
            most: 20,
          },
        ],
        nothing: undefined,
      },
      {
        id: 'months',
        title: say('Months', 'مہینے'),
        lead: say(
          'Sales by month, and how many of the customers of a month came back.',
          'مہینے کے حساب سے فروخت، اور کتنے گاہک واپس آئے۔',
        ),
        charts: [lines(language), heat(language)],
        tables: [],
        nothing: undefined,
      },
      {
        id: 'customers',
        title: say('Customers', 'گاہک'),
        lead: say('The best customers of each segment.', 'ہر حصے کے بہترین گاہک۔'),
        charts: [],
        tables: [
          {
            table: 'customers',
            title: say('The best customers', 'بہترین گاہک'),
            columns: [
              { name: 'customer_id', heading: say('Customer', 'گاہک') },
              { name: 'name', heading: say('Name', 'نام') },
              { name: 'segment', heading: say('Segment', 'حصہ') },
              { name: 'orders', heading: say('Orders', 'آرڈر') },
              { name: 'gross', heading: say('Sales', 'فروخت') },
              { name: 'alive', heading: say('Still a customer', 'ابھی گاہک') },
            ],
            words: {},
            most: 200,
          },
        ],
        nothing: undefined,
      },
      {
        id: 'recommendations',
        title: say('Recommendations', 'سفارشات'),
        lead: say('What to offer to whom.', 'کس کو کیا پیش کیا جائے۔'),
        charts: [],
        tables: [],
        nothing: say(
          'There were no products in the files: add products.csv to have recommendations.',
          'فائلوں میں مصنوعات نہیں تھیں: سفارشات کے لیے products.csv شامل کریں۔',
        ),
      },
    ],
  }
}

const chartOf = (name: string, title: string, option: Chart['option']): Chart => ({
  name,
  title,
  describes: title,
  option,
  height: 420,
})

const bars = (language: Language): Chart =>
  chartOf('segments', language === 'en' ? 'Sales by segment' : 'حصوں کی فروخت', {
    grid: { containLabel: true, left: 16, right: 60, top: 40, bottom: 16 },
    legend: { top: 0, data: [language === 'en' ? 'Sales (PKR)' : 'فروخت (PKR)'] },
    xAxis: { type: 'value' },
    yAxis: { type: 'category', data: names[language], inverse: true },
    series: [
      {
        type: 'bar',
        name: language === 'en' ? 'Sales (PKR)' : 'فروخت (PKR)',
        data: [6974570, 5974570, 2000000],
        label: { show: true, position: 'right' },
      },
    ],
  })

const lines = (language: Language): Chart =>
  chartOf('months', language === 'en' ? 'Sales by month' : 'ماہانہ فروخت', {
    legend: { top: 0, data: language === 'en' ? ['Orders', 'Customers'] : ['آرڈر', 'گاہک'] },
    xAxis: { type: 'category', data: months },
    yAxis: { type: 'value' },
    series: [
      { type: 'line', name: language === 'en' ? 'Orders' : 'آرڈر', data: [40, 47, 54, 61, 68, 75] },
      { type: 'line', name: language === 'en' ? 'Customers' : 'گاہک', data: [30, 35, 40, 45, 50, 55] },
    ],
  })

const heat = (language: Language): Chart =>
  chartOf('cohorts', language === 'en' ? 'Who came back' : 'کون واپس آیا', {
    grid: { containLabel: true, left: 16, right: 100, top: 16, bottom: 16 },
    xAxis: { type: 'category', data: [0, 1, 2, 3, 4, 5] },
    yAxis: { type: 'category', data: months, inverse: true },
    visualMap: { min: 0, max: 1, right: 0, top: 'center' },
    series: [
      {
        type: 'heatmap',
        data: months.flatMap((_, row) => months.slice(row).map((_, k) => [k, row, Math.round(100 / (k + 1)) / 100])),
        label: { show: true },
      },
    ],
  })
