import { Command } from 'commander'
import { smsCostCommand } from './sms-cost.ts'

export const smsCommand = (): Command => new Command('sms').description('Texts: what they cost.').addCommand(smsCostCommand())
