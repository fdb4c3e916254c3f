/** What a column's cells are: how they are written for people, and what they may be. */
export type Kind = 'text' | 'count' | 'number' | 'days' | 'money' | 'share' | 'date' | 'month'

export interface Column {
  /** As in CSV and JSON: `mean_recency_days`. */
  readonly name: string
  readonly kind: Kind
}

/** Money is in the major unit, a share from 0 to 1, a date `2011-12-09`, a month `2011-12`; null where there is nothing to say. Never NaN. */
export type Cell = string | number | null

/** A table of an analysis: what reports show, and what is written as CSV and JSON. */
export interface Table {
  readonly name: TableName
  readonly columns: readonly Column[]
  readonly rows: readonly (readonly Cell[])[]
}

/** Every table an analysis may come to. One that has nothing to say has no rows. */
export type TableName = keyof typeof tableColumns

const text = (name: string): Column => ({ name, kind: 'text' })
const count = (name: string): Column => ({ name, kind: 'count' })
const number = (name: string): Column => ({ name, kind: 'number' })
const days = (name: string): Column => ({ name, kind: 'days' })
const money = (name: string): Column => ({ name, kind: 'money' })
const share = (name: string): Column => ({ name, kind: 'share' })
const date = (name: string): Column => ({ name, kind: 'date' })
const month = (name: string): Column => ({ name, kind: 'month' })

/** The columns of every table, in their order. */
export const tableColumns = {
  /** One row: the whole shop. */
  overview: [
    count('customers'),
    count('buyers'),
    count('products'),
    count('orders'),
    count('lines'),
    money('gross'),
    money('net'),
    money('refunds'),
    money('mean_order'),
    share('repeat_buyers'),
    date('first_day'),
    date('last_day'),
    date('as_of'),
  ],
  /** A row a segment, in the order of the segment table. */
  segments: [
    text('segment'),
    count('customers'),
    share('share_of_customers'),
    count('orders'),
    money('gross'),
    share('share_of_gross'),
    money('net'),
    days('mean_recency_days'),
    number('mean_orders'),
    money('mean_gross'),
    text('goal'),
    text('action'),
  ],
  /** A row a pair of scores, R and F from 1 to 5. */
  rfm_grid: [count('r'), count('f'), text('segment'), count('customers'), money('gross')],
  /** Who stands far outside what is usual, by Tukey's fences, and who is new or bought once. */
  outliers: [text('kind'), count('customers'), number('low'), number('high')],
  /** A row a cluster, the largest first. */
  clusters: [
    count('cluster'),
    text('name'),
    count('customers'),
    share('share_of_customers'),
    number('silhouette'),
    days('mean_recency_days'),
    number('mean_orders'),
    money('mean_gross'),
    money('mean_order'),
    days('mean_tenure_days'),
    text('goal'),
    text('action'),
  ],
  /** Why there are so many clusters: a row a number of them. */
  cluster_choice: [
    count('k'),
    number('inertia'),
    number('silhouette'),
    number('calinski_harabasz'),
    number('stability'),
    text('chosen'),
  ],
  /** How segments and clusters meet. */
  segment_clusters: [text('segment'), count('cluster'), count('customers')],
  months: [month('month'), count('orders'), count('customers'), count('new_customers'), money('gross'), money('net')],
  /** Of each month of first purchase, how many bought in the k-th month after it. */
  cohorts: [month('cohort'), count('size'), count('months_after'), count('active'), share('retention'), money('spent')],
  /** How many times the average a weekday (1 is Monday) or a month (1 is January) is. */
  weekday_seasons: [count('weekday'), number('index'), number('low'), number('high')],
  month_seasons: [count('month'), number('index'), number('low'), number('high')],
  /** One row: what all customers are expected to bring within the horizon. */
  value: [
    count('buyers'),
    days('horizon_days'),
    number('purchases'),
    number('purchases_low'),
    number('purchases_high'),
    money('revenue'),
    money('revenue_low'),
    money('revenue_high'),
    share('alive'),
    share('churn_risk'),
    number('r'),
    number('alpha'),
    number('a'),
    number('b'),
    text('note'),
  ],
  value_by_segment: [
    text('segment'),
    count('customers'),
    share('alive'),
    number('purchases'),
    money('revenue'),
    money('mean_revenue'),
    count('at_risk'),
    money('revenue_at_risk'),
  ],
  /** How evenly customers buy: a row a rhythm. */
  rhythms: [text('rhythm'), count('customers'), days('mean_days_between')],
  products: [
    text('product_id'),
    text('product_name'),
    text('category'),
    count('orders'),
    count('customers'),
    money('gross'),
    share('share_of_gross'),
  ],
  categories: [text('category'), count('orders'), count('customers'), money('gross'), share('share_of_gross')],
  /** Products bought in one order more often than by chance: if one, then the other. */
  associations: [
    text('product_id'),
    text('product_name'),
    text('then_product_id'),
    text('then_product_name'),
    count('orders'),
    share('support'),
    share('confidence'),
    number('lift'),
  ],
  /** A row a product that is recommended. */
  recommended: [
    text('product_id'),
    text('product_name'),
    count('customers'),
    share('mean_confidence'),
    money('expected_revenue'),
    money('expected_revenue_low'),
    money('expected_revenue_high'),
  ],
  /** Variants of `--simulate`. */
  simulation: [
    text('variant'),
    text('segment'),
    count('customers'),
    share('conversion'),
    number('lift'),
    number('lift_low'),
    number('lift_high'),
    share('power'),
    count('customers_needed'),
    money('revenue'),
    money('revenue_low'),
    money('revenue_high'),
  ],
  /** The best customers of each segment by what they are expected to bring: for looking into; all are in rfm.csv. */
  customers: [
    text('customer_id'),
    text('name'),
    text('segment'),
    count('cluster'),
    days('recency_days'),
    count('orders'),
    money('gross'),
    count('r'),
    count('f'),
    count('m'),
    share('alive'),
    number('purchases'),
    money('revenue'),
    text('recommended'),
  ],
  /** What was wrong with the files: a row a problem. */
  problems: [text('file'), text('column'), text('code'), text('treatment'), count('rows'), text('example')],
} as const satisfies Readonly<Record<string, readonly Column[]>>

/** A cell by its place: what a sentence of the summary rests on. */
export interface CellReference {
  readonly table: TableName
  readonly row: number
  readonly column: string
}

/** Everything an analysis came to, for whoever shows it. */
export interface AnalysisTables {
  readonly tables: Readonly<Record<TableName, Table>>
  /** ISO 4217, or empty where files tell none. */
  readonly currency: string
  /** Epoch ms. */
  readonly asOf: number
  /** Stages that had nothing to work with or failed, each with a sentence that says why and what to do. */
  readonly degraded: readonly { readonly stage: string; readonly says: string }[]
}

/** What stands in a cell. Throws where there is no such cell: a reference that points nowhere is a fault of ours. */
export function cellAt({ tables }: Pick<AnalysisTables, 'tables'>, { table, row, column }: CellReference): Cell {
  const { columns, rows } = tables[table]
  const cell = rows[row]?.[columns.findIndex(({ name }) => name === column)]
  if (cell === undefined) throw new RangeError(`There is no ${column} in row ${row} of ${table}.`)
  return cell
}
