import type { CampaignResultsView } from '../../serving/campaign-results-view.ts'

type Group = CampaignResultsView['treated']
type Compared = Pick<CampaignResultsView, 'treated' | 'heldOut' | 'uplift'>

/** A campaign's results as a person reads them. */
export function resultsTable(results: CampaignResultsView): string {
  const { campaignId, audience, windowHours, currency, neither, treated, heldOut, uplift, segments, variants } = results
  return [
    `${campaignId}: ${number(audience)} customers, purchases within ${span(windowHours)}`,
    ...Object.entries(neither).map(([why, count]) => `  ${why.padEnd(26)}${number(count).padStart(12)}`),
    '',
    row('', 'treated', 'held out'),
    ...rows(treated, heldOut, currency),
    '',
    uplift.says,
    ...revenue(uplift.revenuePerCustomer, currency),
    ...waiting(treated.open + heldOut.open),
    ...parts(
      'segment',
      segments.map(({ segment, ...compared }) => [segment, compared]),
    ),
    ...parts(
      'variant',
      variants.map(({ variant, ...compared }) => [variant, compared]),
    ),
    ...results.flow.flatMap(version),
    ...results.experiments.flatMap(experiment),
  ].join('\n')
}

const rows = (treated: Group, heldOut: Group, currency: string): string[] =>
  (
    [
      ['customers', group => number(group.customers)],
      ['texts sent', group => number(group.texts.sent)],
      ['texts delivered', group => number(group.texts.delivered)],
      ['clicked', group => number(group.clicked)],
      ['bought', group => number(group.bought)],
      ['conversion', share],
      [`revenue, ${currency}`, group => group.revenue],
      ['  per customer', group => group.revenuePerCustomer ?? '–'],
    ] as const satisfies readonly (readonly [string, (group: Group) => string])[]
  ).map(([name, of]) => row(name, of(treated), of(heldOut)))

function revenue(bounds: Compared['uplift']['revenuePerCustomer'], currency: string): string[] {
  return bounds === null
    ? []
    : [`Per customer ${currency} ${bounds.difference}, between ${bounds.low} and ${bounds.high} (95 %).`]
}

const waiting = (open: number): string[] =>
  open === 0 ? [] : [`Of ${number(open)} customers the window is not over yet: the numbers will still move.`]

/** Nothing where there is only one, which is the whole. */
function parts(kind: string, all: readonly (readonly [string | null, Compared])[]): string[] {
  if (all.length < 2) return []
  const line = ([name, { treated, heldOut, uplift }]: (typeof all)[number]) =>
    `${(name ?? '(none)').padEnd(22)}${of(treated).padStart(22)}${of(heldOut).padStart(22)}${points(uplift.conversion).padStart(26)}`
  return [
    '',
    `${kind.padEnd(22)}${'treated'.padStart(22)}${'held out'.padStart(22)}${'points (95 %)'.padStart(26)}`,
    ...all.map(line),
  ]
}

function version({ version, entered, heldOut, onTheirWay, ended }: CampaignResultsView['flow'][number]): string[] {
  const how = Object.entries(ended).map(([why, times]) => `${number(times)} ${why}`)
  return [
    '',
    `version ${version}: ${[`${number(entered)} entered`, `${number(heldOut)} held out`, `${number(onTheirWay)} on their way`, ...how].join(', ')}`,
  ]
}

function experiment({ step, version, outcome, variants, advice }: CampaignResultsView['experiments'][number]): string[] {
  return [
    '',
    `${`${step} (version ${version})`.padEnd(22)}${'drawn'.padStart(8)}${'customers'.padStart(12)}${outcome.padStart(22)}${'per customer'.padStart(16)}${'percent (95 %)'.padStart(26)}`,
    ...variants.map(({ variant, share, rate, ...group }) =>
      [
        variant.padEnd(22),
        (share === null ? '–' : `${Math.round(share * 100)} %`).padStart(8),
        number(group.customers).padStart(12),
        (rate === null ? 'nobody yet' : `${number(rate.reached)}/${number(rate.of)}`).padStart(22),
        (group.revenuePerCustomer ?? '–').padStart(16),
        (rate === null ? '' : `${(rate.low * 100).toFixed(2)} to ${(rate.high * 100).toFixed(2)}`).padStart(26),
      ].join(''),
    ),
    advice.says,
  ]
}

const of = (group: Group): string => `${number(group.bought)}/${number(group.customers)} ${share(group)}`

const points = (bounds: Compared['uplift']['conversion']): string =>
  bounds === null ? 'too few' : `${signed(bounds.difference)} (${signed(bounds.low)} to ${signed(bounds.high)})`

const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value * 100).toFixed(2)}`
const share = ({ conversion }: Group): string => (conversion === null ? '–' : `${(conversion * 100).toFixed(2)} %`)
const number = (count: number): string => count.toLocaleString('en-US')
const span = (hours: number): string => (hours % 24 === 0 ? `${hours / 24} days` : `${hours} hours`)
const row = (name: string, ...cells: readonly string[]): string =>
  `${name.padEnd(22)}${cells.map(cell => cell.padStart(18)).join('')}`
