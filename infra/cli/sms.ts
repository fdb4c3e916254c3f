import { Command } from 'commander'
import { smsSettleCommand } from './sms-settle.ts'

export const smsCommand = (): Command =>
  new Command('sms').description('Texts: settle those in doubt.').addCommand(smsSettleCommand())
