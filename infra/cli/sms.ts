import { Command } from 'commander'
import { smsAuditCommand } from './sms-audit.ts'

export const smsCommand = (): Command =>
  new Command('sms').description('Texts: whether ledger, log and gateway agree.').addCommand(smsAuditCommand())
