import type { Flow } from '../../schemas/flow.ts'
import { addressRules } from './address-rules.ts'
import { branchRules } from './branch-rules.ts'
import { cycleRules } from './cycle-rules.ts'
import { discountRules } from './discount-rules.ts'
import { edgeRules } from './edge-rules.ts'
import { entryRules } from './entry-rules.ts'
import { exploreFlow } from './explore/explore-flow.ts'
import { type Finding, reported } from './finding.ts'
import { type FlowCode, flowCodes } from './flow-codes.ts'
import type { FlowProperty, FlowReport } from './flow-report.ts'
import type { FlowShop } from './flow-shop.ts'
import { nameRules, reachRules } from './graph-rules.ts'
import { textRules } from './text-rules.ts'
import { quietBeginning, timeRules } from './time-rules.ts'
import { wellFormed } from './well-formed.ts'

export interface CheckOptions {
  /** Epoch ms; where it is given, instants that have passed are told of. */
  readonly now?: number
}

/**
 * What a value is that is to be a flow, and whether it may run in a shop. Total: any value gives a report, in bounded time (json-bounds.ts,
 * explore/explore-flow.ts). What customers may do is followed only where rules 1 to 4 hold: without them nobody could say where they are.
 */
export function checkFlow(value: unknown, shop: FlowShop, { now }: CheckOptions = {}): FlowReport {
  const formed = wellFormed(value)
  if ('findings' in formed) return { passed: false, flow: undefined, findings: formed.findings.map(reported), properties: [] }
  const { findings, properties } = findingsOf(formed.flow, shop, now)
  return { passed: !findings.some(isError), flow: formed.flow, findings: findings.map(reported), properties }
}

/** All that is found in a flow, with what mends it. */
export function findingsOf(
  flow: Flow,
  shop: FlowShop,
  now?: number,
): { readonly findings: readonly Finding[]; readonly properties: readonly FlowProperty[] } {
  const graph = graphFindings(flow)
  const rules = [...graph, ...contentFindings(flow, shop, now)]
  const broken = graph.filter(finding => isError(finding) && !WALKABLE.includes(finding.code))
  if (broken.length > 0)
    return { findings: rules, properties: broken.every(({ code }) => CYCLES.includes(code)) ? endless(flow, broken) : [] }
  const explored = exploreFlow(flow, shop)
  const findings = [...rules, ...quietBeginning(flow, shop.quiet), ...explored.findings]
  return { findings, properties: [...explored.properties, ...contentProperties(findings)] }
}

/** Errors of edges with which customers still know where to go. */
const WALKABLE: readonly FlowCode[] = ['clicked_without_link', 'stop_handled', 'weights_unfit']

const CYCLES: readonly FlowCode[] = ['cycle_without_limit', 'cycle_without_wait']

/** Of a flow of which only cycles are wrong. One in which something is counted may come to an end all the same. */
function endless({ steps }: Flow, broken: readonly Finding[]): FlowProperty[] {
  const [first] = broken
  if (first === undefined || first.code !== 'cycle_without_limit') return []
  const counts = steps.some(({ type }) => type === 'limit' || type === 'rate_limit')
  return [{ property: 'ends', outcome: counts ? 'bound_reached' : 'refuted', detail: first.message }]
}

const isError = ({ code }: Finding): boolean => flowCodes[code][0] === 'error'

/** What can be found without following customers, which is quicker. */
export const ruleFindings = (flow: Flow, shop: FlowShop, now?: number): Finding[] => [
  ...graphFindings(flow),
  ...contentFindings(flow, shop, now),
]

/** Rules 1 to 4. Where names are broken, nothing is said about ways. */
function graphFindings(flow: Flow): Finding[] {
  const names = nameRules(flow)
  return [
    ...names,
    ...edgeRules(flow),
    ...branchRules(flow),
    ...(names.length > 0 ? [] : [...reachRules(flow), ...cycleRules(flow)]),
  ]
}

const contentFindings = (flow: Flow, shop: FlowShop, now: number | undefined): Finding[] => [
  ...entryRules(flow, shop),
  ...timeRules(flow, shop, now),
  ...textRules(flow, shop),
  ...discountRules(flow, shop),
  ...addressRules(flow, shop),
]

const UNFILLED: readonly FlowCode[] = [
  ...(['placeholder_unknown', 'placeholder_malformed', 'template_tag', 'text_empty', 'text_too_long'] as const),
  ...([
    'discount_missing',
    'code_missing',
    'expiry_missing',
    'link_missing',
    'product_missing',
    'shop_name_missing',
    'value_too_long',
  ] as const),
]
const UNBOUND: readonly FlowCode[] = ['discount_too_high', 'discount_currency']

function contentProperties(findings: readonly Finding[]): FlowProperty[] {
  const told = (property: FlowProperty['property'], codes: readonly FlowCode[], proved: string): FlowProperty => {
    const found = findings.find(({ code }) => codes.includes(code))
    return { property, outcome: found === undefined ? 'proved' : 'refuted', detail: found?.message ?? proved }
  }
  return [
    told('placeholders_filled', UNFILLED, 'every placeholder has something to stand for'),
    told('discount_bound', UNBOUND, 'no discount is beyond what the shop allows'),
  ]
}
