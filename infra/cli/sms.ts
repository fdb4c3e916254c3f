import { Command } from 'commander'
import { smsAuditCommand } from './sms-audit.ts'
import { smsCostCommand } from './sms-cost.ts'
import { smsResultsCommand } from './sms-results.ts'
import { smsSettleCommand } from './sms-settle.ts'

export const smsCommand = (): Command =>
  new Command('sms')
    .description('Texts: what they cost and brought; whether ledger, log and gateway agree; settle those in doubt.')
    .addCommand(smsCostCommand())
    .addCommand(smsResultsCommand())
    .addCommand(smsAuditCommand())
    .addCommand(smsSettleCommand())
