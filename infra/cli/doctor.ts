import { Command } from 'commander'
export const doctorCommand = (): Command => new Command('doctor')
