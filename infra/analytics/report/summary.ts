import { type AnalysisTables, cellAt, type TableName, tableColumns } from '../table.ts'
import { cellText } from './cell-text.ts'
import { type Words, weekdayName } from './charts.ts'
import { clusterName } from './cluster-name.ts'
import type { Sentence } from './report.ts'
import { numberOf, type Row, rowsOf, textOf } from './rows-of.ts'

/** Cells of a sentence's numbers, in the order of its places, and its names. */
interface Said {
  readonly cells: readonly (readonly [TableName, Row, string])[]
  readonly name?: string
  readonly other?: string
}

/** What a reader in a hurry should know: each sentence is there only where the tables have something to say. Every number is a cell. */
export function summaryOf(all: AnalysisTables, words: Words): Sentence[] {
  const { say, language } = words
  const sentences: Sentence[] = []
  const tell = (template: string, { cells, name, other }: Said): void => {
    if (cells.some(([table, { at }, column]) => cellAt(all, { table, row: at, column }) === null)) return
    const pieces = say(template).split(/(\{\w+\})/)
    sentences.push(
      pieces
        .filter(piece => piece !== '')
        .map(piece => {
          if (piece === '{name}') return isolated(name)
          if (piece === '{other}') return isolated(other)
          const place = /^\{(\d)\}$/.exec(piece)
          if (place === null) return piece
          const [table, { at }, column] = cells[Number(place[1])]!
          const cell = { table, row: at, column }
          const { kind } = tableColumns[table].find(one => one.name === column)!
          return { text: cellText(cellAt(all, cell), kind, language, all.currency), cell }
        }),
    )
  }
  const first = (name: TableName): Row | undefined => rowsOf(all, name)[0]
  const best = (name: TableName, column: string): Row | undefined => most(rowsOf(all, name), column)

  const overview = first('overview')
  if (overview !== undefined && numberOf(overview, 'buyers') > 0) {
    tell('{0} of {1} customers bought, in {2} orders, for {3}.', {
      cells: ['buyers', 'customers', 'orders', 'gross'].map(column => ['overview', overview, column] as const),
    })
    tell('{0} of the buyers came back for a second order.', { cells: [['overview', overview, 'repeat_buyers']] })
  }
  const leading = best('segments', 'gross')
  if (leading !== undefined && numberOf(leading, 'gross') > 0)
    tell('{name} bring most: {0} of revenue from {1} of buyers.', {
      name: say(textOf(leading, 'segment')),
      cells: [
        ['segments', leading, 'share_of_gross'],
        ['segments', leading, 'share_of_customers'],
      ],
    })
  const slipping = most(
    rowsOf(all, 'segments').filter(row => ["Can't Lose", 'At Risk'].includes(textOf(row, 'segment'))),
    'gross',
  )
  if (slipping !== undefined && numberOf(slipping, 'customers') > 0)
    tell('{name}: {0} customers who paid {1} until now are slipping away.', {
      name: say(textOf(slipping, 'segment')),
      cells: [
        ['segments', slipping, 'customers'],
        ['segments', slipping, 'gross'],
      ],
    })
  const cluster = first('clusters')
  const chosen = rowsOf(all, 'cluster_choice').find(row => textOf(row, 'chosen') === 'chosen')
  if (cluster !== undefined && chosen !== undefined)
    tell('Buyers fall into {0} clusters; the largest, «{name}», has {1} of them.', {
      name: clusterName(textOf(cluster, 'name'), language),
      cells: [
        ['cluster_choice', chosen, 'k'],
        ['clusters', cluster, 'share_of_customers'],
      ],
    })
  const value = first('value')
  if (value !== undefined) {
    tell('Over the next {0} days buyers are expected to bring {1}, in 95 of 100 cases between {2} and {3}.', {
      cells: ['horizon_days', 'revenue', 'revenue_low', 'revenue_high'].map(column => ['value', value, column] as const),
    })
    tell('The average buyer buys nothing in that time with a chance of {0}.', { cells: [['value', value, 'churn_risk']] })
  }
  const month = best('months', 'gross')
  if (month !== undefined)
    tell('The best month was {name}, with {0}.', { name: textOf(month, 'month'), cells: [['months', month, 'gross']] })
  const again = rowsOf(all, 'cohorts').filter(row => numberOf(row, 'months_after') === 1)
  const cohort = most(again, 'size')
  if (cohort !== undefined)
    tell('Of those who first bought in {name}, {0} bought again the month after.', {
      name: textOf(cohort, 'cohort'),
      cells: [['cohorts', cohort, 'retention']],
    })
  const weekday = best('weekday_seasons', 'index')
  if (weekday !== undefined)
    tell('{name} is the best weekday, with {0} times the average.', {
      name: say(weekdayName(weekday)),
      cells: [['weekday_seasons', weekday, 'index']],
    })
  const product = first('products')
  if (product !== undefined)
    tell('«{name}» brings most of all products: {0}.', {
      name: textOf(product, 'product_name') || textOf(product, 'product_id'),
      cells: [['products', product, 'gross']],
    })
  const pair = first('associations')
  if (pair !== undefined)
    tell('Who buys «{name}» also buys «{other}» in {0} of orders, {1} times as often as by chance.', {
      name: textOf(pair, 'product_name') || textOf(pair, 'product_id'),
      other: textOf(pair, 'then_product_name') || textOf(pair, 'then_product_id'),
      cells: [
        ['associations', pair, 'confidence'],
        ['associations', pair, 'lift'],
      ],
    })
  const recommended = first('recommended')
  if (recommended !== undefined)
    tell('«{name}» is recommended most, to {0} customers.', {
      name: textOf(recommended, 'product_name') || textOf(recommended, 'product_id'),
      cells: [['recommended', recommended, 'customers']],
    })
  return sentences
}

/** A name in whatever script, which must not turn round what stands beside it (UAX #9, first strong isolate). */
const isolated = (name = ''): string => `\u2068${name}\u2069`

const most = (rows: readonly Row[], column: string): Row | undefined =>
  rows.reduce<Row | undefined>(
    (top, row) => (top === undefined || numberOf(row, column) > numberOf(top, column) ? row : top),
    undefined,
  )
