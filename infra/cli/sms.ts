import { Command } from 'commander'
import { smsAuditCommand } from './sms-audit.ts'
import { smsSettleCommand } from './sms-settle.ts'

export const smsCommand = (): Command =>
  new Command('sms')
    .description('Texts: whether ledger, log and gateway agree; settle those in doubt.')
    .addCommand(smsAuditCommand())
    .addCommand(smsSettleCommand())
