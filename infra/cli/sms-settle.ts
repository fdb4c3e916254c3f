import { userInfo } from 'node:os'
import { Command, Option } from 'commander'
import { type FoundStatus, foundStatuses } from '../../consumers/sms-gateway.ts'
import { settleByHand } from '../sms/settle-by-hand.ts'
import { Complaint } from './complaint.ts'
import { openTables } from './open-tables.ts'

interface Options {
  readonly as: FoundStatus
  readonly why: string
}

export const smsSettleCommand = (): Command =>
  new Command('settle')
    .description('Say what became of a text of which nobody knows whether it was sent.')
    .argument('<id>', 'of the request')
    .addOption(new Option('--as <status>', 'what became of it').choices([...foundStatuses]).makeOptionMandatory())
    .requiredOption('--why <words>', 'how you know; it stays in the log for good')
    .action(async (id: string, { as, why }: Options) => {
      await using tables = await openTables()
      const settled = await settleByHand(tables.sql, { id, as, who: userInfo().username, why })
      if (settled.outcome === 'missing') throw new Complaint(`There is no text ${id}.`)
      if (settled.outcome === 'other') throw new Complaint(`Nobody is in doubt about the text ${id}: it is ${settled.status}.`)
      console.log(`The text ${id} is ${as}.`)
    })
