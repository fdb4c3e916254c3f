import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import Type from 'typebox'
import { CampaignResultsView } from '../campaign-results-view.ts'
import { exampleResults } from '../example-results.ts'
import { answers, IdParameter } from '../parameters.ts'
import type { Results } from '../ports/campaign-results.ts'
import { presentCampaignResults } from '../present-campaign-results.ts'
import { readWindow, WINDOW } from '../window.ts'

const schema = {
  operationId: 'getCampaignResults',
  summary: 'What a campaign brought: its customers beside those held out, in all and by segment and variant, and the difference',
  description:
    'By intention to treat: everybody who was to get a text counts, whether it reached them or not, from the moment that was drawn. Differences have 95 % intervals: Newcombe’s hybrid score interval for shares, Welch’s for means; they hold for one look. Those of `experiments` hold whenever and however often one looks.',
  tags: ['SMS'],
  params: Type.Object({ campaignId: IdParameter }),
  querystring: Type.Object({
    window: Type.Optional(
      Type.String({ pattern: WINDOW.source, description: 'How long a purchase counts: days or hours such as 7d, 36h.' }),
    ),
    effect: Type.Optional(
      Type.Number({
        minimum: 1,
        maximum: 100,
        description:
          'The smallest difference between variants that matters, in percent of what they bring: 10 of a 3 % conversion is 0.3 points.',
      }),
    ),
  }),
  response: {
    200: {
      description: 'What it brought so far',
      content: { 'application/json': { schema: CampaignResultsView, example: exampleResults } },
    },
    ...answers(400, 404, 503),
  },
}

export interface ResultRoutes {
  readonly campaignResults: Results
  readonly currency: string
  /** The smallest effect that matters where nothing else is asked, as a share. */
  readonly smallestEffect: number
}

/** GET /campaigns/:campaignId/results */
export const campaignResultRoutes: FastifyPluginAsyncTypebox<ResultRoutes> = async (
  app,
  { campaignResults, currency, smallestEffect },
) => {
  app.get('/campaigns/:campaignId/results', { schema }, async ({ params: { campaignId }, query: { window, effect } }, reply) => {
    const windowMs = (window === undefined ? undefined : readWindow(window)) ?? campaignResults.windowMs
    const found = await campaignResults.of(campaignId, windowMs)
    if (found === undefined)
      return reply.problem(
        404,
        'campaign_unknown',
        `There is no campaign ${campaignId}, and no marketing text of one was asked for.`,
      )
    const asked = { smallestEffect: effect === undefined ? smallestEffect : effect / 100 }
    return reply.send(presentCampaignResults({ campaignId, windowMs, currency, ...asked }, found))
  })
}
