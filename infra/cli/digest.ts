import { Command } from 'commander'
export const digestCommand = (): Command => new Command('digest')
