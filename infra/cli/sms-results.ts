import { Command, InvalidArgumentError } from 'commander'
import { sqlCampaignResults } from '../../serving/lookups/campaign-results.ts'
import { presentCampaignResults } from '../../serving/present-campaign-results.ts'
import { readWindow } from '../../serving/window.ts'
import { resultsWindow } from '../config.ts'
import { Complaint } from './complaint.ts'
import { openTables } from './open-tables.ts'
import { resultsTable } from './results-table.ts'

interface Options {
  readonly window?: number
  readonly effect?: number
  readonly json?: true
}

export const smsResultsCommand = (): Command =>
  new Command('results')
    .description(
      'What a campaign brought: its customers beside those held out, by segment and variant, and the difference with its interval; what its experiments found.',
    )
    .argument('<campaign>', 'its id, as the requests have it')
    .option('--window <span>', 'how long after it was drawn who gets a text a purchase counts: 7d, 36h', window)
    .option('--effect <percent>', 'the smallest difference between variants that matters, of what they bring: 10%', effect)
    .option('--json', 'one JSON object, as GET /campaigns/{id}/results answers')
    .addHelpText(
      'after',
      '\nEverybody who was to get a text counts, whether it reached them or not (docs/links.md). Without --window it is the longer one of TARANG_ATTRIBUTION.\nWithout Kafka and Postgres no Tarang may be running on the data folder: ask it over HTTP.',
    )
    .action(async (campaignId: string, options: Options) => {
      await using tables = await openTables()
      const { config, sql } = tables
      const windowMs = options.window ?? resultsWindow(config)
      const found = await sqlCampaignResults(sql, windowMs).of(campaignId, windowMs)
      if (found === undefined)
        throw new Complaint(`There is no campaign ${campaignId}, and no marketing text of one was asked for.`)
      const results = presentCampaignResults(
        { campaignId, windowMs, currency: config.shop.currency, smallestEffect: options.effect ?? config.flows.smallestEffect },
        found,
      )
      console.log(options.json ? JSON.stringify(results) : resultsTable(results))
    })

function window(text: string): number {
  const ms = readWindow(text)
  if (ms === undefined) throw new InvalidArgumentError('Expected days or hours such as 7d or 36h.')
  return ms
}

function effect(text: string): number {
  const percent = Number(/^(\d{1,3}(?:\.\d+)?)\s*%?$/.exec(text)?.[1])
  if (!(percent >= 1 && percent <= 100)) throw new InvalidArgumentError('Expected percent from 1 to 100 such as 10%.')
  return percent / 100
}
