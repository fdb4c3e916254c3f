import type { AnalysisTables, TableName } from '../table.ts'
import { cellText } from './cell-text.ts'
import * as charts from './charts.ts'
import { clusterName } from './cluster-name.ts'
import { headings, strategyHeadings } from './headings.ts'
import type { Chart, Language, Report, Section, ShownTable } from './report.ts'
import { numberOf, rowsOf, textOf } from './rows-of.ts'
import { filled, sayIn } from './say-in.ts'
import { summaryOf } from './summary.ts'

/** On paper, so many rows of a long table. */
const PRINTED = 25

/** The report of an analysis in a language: which sections there are, what they show, and what they say where there is nothing to show. */
export function reportOf(all: AnalysisTables, language: Language): Report {
  const say = sayIn(language)
  const words: charts.Words = { say, language }
  const { currency: money } = all
  const shown = (table: TableName, title: string, of = headings): ShownTable => ({
    table,
    title: say(title),
    columns: Object.entries(of[table] ?? {}).map(([name, heading]) => ({ name, heading: say(heading) })),
    words: wordsOf(all, table, words),
    most: PRINTED,
  })
  const there = (name: TableName): boolean => all.tables[name].rows.length > 0
  const section = (id: string, title: string, lead: string, nothing: string, of: Part): Section => {
    const has = there(of.needs)
    return {
      id,
      title: say(title),
      lead: say(lead),
      charts: has ? of.charts() : [],
      tables: has ? of.tables : [],
      nothing: has ? undefined : say(nothing),
    }
  }
  const longest = (one: charts.Longest) => () => [charts.longest(all, one, words)]
  const nobody = 'Nobody bought anything, so there are no segments.'
  const overview = rowsOf(all, 'overview')[0]!
  return {
    language,
    direction: language === 'ur' ? 'rtl' : 'ltr',
    title: say('Customer analysis'),
    subtitle: filled(say('As of {0}. {1} customers, {2} orders.'), [
      textOf(overview, 'as_of'),
      cellText(numberOf(overview, 'customers'), 'count', language, money),
      cellText(numberOf(overview, 'orders'), 'count', language, money),
    ]),
    summary: summaryOf(all, words),
    sections: [
      section('overview', 'Overview', 'The whole shop at a glance.', nobody, {
        needs: 'overview',
        charts: () => [],
        tables: [shown('overview', 'Overview')],
      }),
      section(
        'segments',
        'Segments',
        'Customers by how lately and how often they buy. Bars compare a segment’s share of customers with its share of revenue.',
        nobody,
        {
          needs: buyers(all),
          charts: () => [charts.segmentsChart(all, words), charts.gridChart(all, words)],
          tables: [
            shown('segments', 'Segments'),
            shown('segments', 'What to do', strategyHeadings),
            shown('outliers', 'Single purchases, newcomers and outliers'),
          ],
        },
      ),
      section(
        'clusters',
        'Clusters',
        'Customers who are alike in five measures, found without looking at segments. Wider means more of it.',
        'There were too few customers, or all too much alike, to tell clusters apart.',
        {
          needs: 'cluster_choice',
          charts: () => [charts.clustersChart(all, words), charts.choiceChart(all, words)],
          tables: [
            shown('clusters', 'Clusters'),
            shown('clusters', 'What to do', strategyHeadings),
            shown('cluster_choice', 'Why so many clusters'),
          ],
        },
      ),
      section(
        'revenue',
        'Revenue by month',
        'What was paid, month by month, and how many customers paid it. The last month may not be over.',
        'Nothing was paid in any month.',
        { needs: 'months', charts: () => [charts.monthsChart(all, money, words)], tables: [shown('months', 'Revenue by month')] },
      ),
      section(
        'retention',
        'Who comes back',
        'Of the customers who first bought in a month, the share that bought again so many months later.',
        'Nothing was paid in any month.',
        {
          needs: 'cohorts',
          charts: () => [charts.cohortsChart(all, words)],
          tables: [shown('cohorts', 'Who comes back'), shown('rhythms', 'Rhythm of buying')],
        },
      ),
      section(
        'seasons',
        'Seasons',
        'How many times the average a weekday or a month brings: above 1 is more than usual.',
        'There are too few weeks of purchases to tell seasons.',
        {
          needs: 'weekday_seasons',
          charts: () => charts.seasonCharts(all, words),
          tables: [
            shown('weekday_seasons', 'Weekdays'),
            ...(there('month_seasons') ? [shown('month_seasons', 'Months of the year')] : []),
          ],
        },
      ),
      section(
        'value',
        'Value to come',
        'What customers are expected to bring within the horizon (BG/NBD and Gamma–Gamma), and how many of them will probably buy nothing.',
        'Too few customers came back to tell what is to come.',
        {
          needs: 'value_by_segment',
          charts: () => [charts.valueChart(all, money, words)],
          tables: [shown('value', 'Value to come'), shown('value_by_segment', 'Value by segment')],
        },
      ),
      section('products', 'Products', 'What sells, by revenue.', 'Nothing was sold.', {
        needs: 'products',
        charts: () => [
          ...longest({
            ...{ table: 'products', name: 'products', label: 'product_name', value: 'gross', money },
            ...{ title: 'Products', describes: 'What sells, by revenue.' },
          })(),
          ...longest({
            ...{ table: 'categories', name: 'categories', label: 'category', value: 'gross', money },
            ...{ title: 'Categories', describes: 'What sells, by revenue.' },
          })(),
        ],
        tables: [shown('products', 'Products'), shown('categories', 'Categories')],
      }),
      section(
        'together',
        'Bought together',
        'Products that meet in one order more often than by chance: who buys the first often buys the second too.',
        'No two products met in enough orders.',
        { needs: 'associations', charts: () => [], tables: [shown('associations', 'Bought together')] },
      ),
      section(
        'recommendations',
        'Recommendations',
        'What customers are recommended, and the revenue to expect of it. recommendations.csv has the list of every customer.',
        'Nothing could be recommended with enough confidence.',
        {
          needs: 'recommended',
          charts: longest({
            ...{ table: 'recommended', name: 'recommended', label: 'product_name', value: 'customers', money: '' },
            ...{
              title: 'Recommended to',
              describes:
                'What customers are recommended, and the revenue to expect of it. recommendations.csv has the list of every customer.',
            },
          }),
          tables: [shown('recommended', 'Recommendations')],
        },
      ),
      ...(there('simulation')
        ? [
            section(
              'simulation',
              'Simulation',
              'What the variants would bring, and how many customers a test needs to tell.',
              'No variants were given (--simulate).',
              { needs: 'simulation', charts: () => [], tables: [shown('simulation', 'Simulation')] },
            ),
          ]
        : []),
      section(
        'customers',
        'Customers',
        'The best customers of each segment by what they are expected to bring. rfm.csv has all.',
        'There are no customers who bought.',
        { needs: 'customers', charts: () => [], tables: [shown('customers', 'Customers')] },
      ),
      section(
        'data',
        'Quality of the data',
        'What was wrong with the files, and what was done about it. validation.json has examples and advice.',
        'Nothing was wrong with the data.',
        { needs: 'problems', charts: () => [], tables: [shown('problems', 'Quality of the data')] },
      ),
    ],
  }
}

interface Part {
  /** The section has something to show where this table has rows. */
  readonly needs: TableName
  readonly charts: () => readonly Chart[]
  readonly tables: readonly ShownTable[]
}

/** A table that is empty where nobody bought: segments always have their eleven rows. */
const buyers = ({ tables }: AnalysisTables): TableName => (tables.outliers.rows.length > 0 ? 'segments' : 'outliers')

/** Columns whose cells are words of ours, not of the shop. */
const OURS: Readonly<Partial<Record<TableName, readonly string[]>>> = {
  segments: ['segment', 'goal', 'action'],
  outliers: ['kind'],
  clusters: ['name', 'goal', 'action'],
  cluster_choice: ['chosen'],
  rhythms: ['rhythm'],
  weekday_seasons: ['weekday'],
  month_seasons: ['month'],
  value_by_segment: ['segment'],
  simulation: ['segment'],
  customers: ['segment'],
  problems: ['file', 'treatment'],
}

function wordsOf(all: AnalysisTables, table: TableName, { say, language }: charts.Words): ShownTable['words'] {
  const texts = (column: string): Record<string, string> => {
    const found: Record<string, string> = {}
    for (const row of rowsOf(all, table)) {
      const cell = row.of(column)
      if (cell === null) continue
      if (column === 'weekday') found[String(cell)] = say(charts.weekdayName(row))
      else if (column === 'month') found[String(cell)] = say(charts.monthOfYear(row))
      else if (table === 'clusters' && column === 'name') found[String(cell)] = clusterName(String(cell), language)
      else found[String(cell)] = say(String(cell))
    }
    return found
  }
  return Object.fromEntries((OURS[table] ?? []).map(column => [column, texts(column)]))
}
