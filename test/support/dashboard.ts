import { readFileSync } from 'node:fs'
import { parse } from 'yaml'

const root = new URL('../../', import.meta.url)
const text = (path: string) => readFileSync(new URL(path, root), 'utf8')

interface Target {
  readonly expr: string
  readonly legendFormat: string
  readonly datasource: { readonly uid: string }
}
interface Panel {
  readonly id: number
  readonly title: string
  readonly type: string
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number }
  readonly targets?: readonly Target[]
}
interface Dashboard {
  readonly uid: string
  readonly panels: readonly Panel[]
  readonly templating: { readonly list: readonly { readonly name: string; readonly definition: string }[] }
}
interface Rule {
  readonly alert: string
  readonly expr: string
  readonly annotations: Readonly<Record<string, string>>
}

/** The dashboard as Grafana is given it. */
export const dashboard = (): Dashboard => JSON.parse(text('infra/grafana/dashboards/tarang.json')) as Dashboard

/** Every query of the dashboard, with the panel it is in. */
export const dashboardQueries = () =>
  dashboard().panels.flatMap(({ title, targets = [] }) => targets.map(target => ({ title, ...target })))

/** Every alert rule. */
export const alertRules = (): Rule[] =>
  (parse(text('infra/prometheus/alerts.yml')) as { groups: { rules: Rule[] }[] }).groups.flatMap(({ rules }) => rules)
