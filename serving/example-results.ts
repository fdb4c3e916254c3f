import { upliftOver } from '../models/uplift/uplift.ts'
import type { CampaignResultsView } from './campaign-results-view.ts'
import type { ExperimentResults, GroupResults } from './ports/campaign-results.ts'
import { presentCampaignResults } from './present-campaign-results.ts'

const DAY = 86_400_000
const SPENT = 250_000

/** Of so many customers, of whom so many bought for 25 each. */
const group = (customers: number, buyers: number, texts: number): GroupResults => ({
  customers,
  open: 0,
  texts,
  sent: texts,
  delivered: texts,
  unknown: 0,
  clicks: buyers,
  clicked: buyers,
  buyers,
  orders: buyers,
  revenue: BigInt(SPENT * buyers),
})

function meanAndVariance(customers: number, buyers: number) {
  const mean = (SPENT * buyers) / customers
  return { mean, variance: (SPENT - mean) * mean }
}

const outcome = ({ customers, buyers }: GroupResults) => {
  const { mean, variance } = meanAndVariance(customers, buyers)
  return { customers, buyers, meanRevenue: mean, revenueVariance: variance }
}

const variant = (name: string, customers: number, reached: number): ExperimentResults['variants'][number] => ({
  variant: name,
  ...group(customers, reached, customers),
  reached,
  over: { of: customers, hits: reached },
  spent: { of: customers, buyers: reached, ...meanAndVariance(customers, reached) },
})

const [treated, heldOut] = [group(3600, 330, 3600), group(400, 20, 0)]
const all = { treated, heldOut, uplift: upliftOver(outcome(treated), outcome(heldOut)) }

/** What GET /campaigns/{id}/results answers, for the pages at /docs: made as any answer is, of made-up counts. */
export const exampleResults: CampaignResultsView = presentCampaignResults(
  { campaignId: 'cmp_2f1c6f0e-4c54-4d0c-9f0e-0f7c9b7f5a11', windowMs: 7 * DAY, currency: 'PKR', smallestEffect: 0.1 },
  {
    audience: 4000,
    neither: {},
    comparedWith: 'campaign',
    heldOutOfAll: 0,
    all,
    segments: [{ segment: 'Hibernating', ...all }],
    variants: [],
    flow: [{ version: 1, entered: 3600, heldOut: 400, onTheirWay: 120, ended: { completed: 3100, goal: 330, opted_out: 50 } }],
    experiments: [
      {
        version: 1,
        step: 'which',
        allocation: 'thompson',
        outcome: 'purchase',
        shares: { percent: 0.93, shipping: 0.07 },
        variants: [variant('percent', 2400, 260), variant('shipping', 1200, 70)],
      },
    ],
  },
)
