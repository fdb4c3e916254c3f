import { Command, Option } from 'commander'
import { VARIANTS } from '../../models/learning/variants.ts'
import { type LoggedDecisions, loggedExposures } from '../evaluation/logged-exposures.ts'
import { type ArmEstimates, estimatesOf } from '../evaluation/policy-estimates.ts'
import { policyTable } from '../evaluation/policy-table.ts'
import { readDecisions } from '../evaluation/read-decisions.ts'
import { openTables } from './open-tables.ts'

interface Options {
  readonly log?: string
  readonly reward: 'any' | 'click' | 'purchase' | 'revenue'
  readonly since?: string
  readonly json?: boolean
}

export const policyCommand = (): Command =>
  new Command('policy')
    .description(
      'Estimate what each variant of lists would have earned had everybody got it, from the lists that were seen and what became of them; or the same of any log of decisions.',
    )
    .option('--log <file.csv>', 'columns arm, propensity, reward, optionally cluster (a customer), and numbers of the context')
    .addOption(
      new Option('--reward <what>', 'of a list that was seen').choices(['any', 'click', 'purchase', 'revenue']).default('any'),
    )
    .option('--since <instant>', 'of lists seen from then on, ISO 8601')
    .option('--json', 'one JSON object')
    .action(async (options: Options) => {
      const logged = options.log === undefined ? await exposures(options) : await readDecisions(options.log)
      const estimates: ArmEstimates = estimatesOf(logged)
      console.log(options.json ? JSON.stringify(estimates) : policyTable(estimates))
    })

async function exposures({ reward, since }: Options): Promise<LoggedDecisions> {
  await using tables = await openTables()
  return loggedExposures(tables.sql, VARIANTS, reward, since)
}
