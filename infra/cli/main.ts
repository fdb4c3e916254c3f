import { Command } from 'commander'
import { ConfigError } from '../config.ts'
import { version } from '../version.ts'
import { Complaint } from './complaint.ts'
import { digestCommand } from './digest.ts'
import { doctorCommand } from './doctor.ts'
import { generateCommand } from './generate.ts'
import { keysCommand } from './keys.ts'
import { replayCommand } from './replay.ts'
import { startCommand } from './start.ts'
import { topologyCommand } from './topology.ts'

const program = new Command('tarang')
  .description('Real-time personalization on an event log.')
  .version(version)
  .addCommand(startCommand())
  .addCommand(replayCommand())
  .addCommand(generateCommand())
  .addCommand(digestCommand())
  .addCommand(topologyCommand())
  .addCommand(doctorCommand())
  .addCommand(keysCommand())

helpAfterErrors(program)

try {
  await program.parseAsync()
} catch (error) {
  // What a person can mend gets a sentence; a bug gets its stack.
  const known = error instanceof ConfigError || error instanceof Complaint || isKnown(error)
  console.error(known ? (error as Error).message : error)
  process.exitCode = error instanceof ConfigError ? 2 : 1
}

/** Errors of the parts that are meant for people. */
function isKnown(error: unknown): boolean {
  const names = ['DataFolderLocked', 'MigrationError', 'ReplayRefused', 'LogUnavailable', 'SettingsMismatch', 'LogReset']
  return error instanceof Error && names.includes(error.constructor.name)
}

/** Commander lets only subcommands it made itself inherit this; ours are added. */
function helpAfterErrors(command: Command): void {
  command.showHelpAfterError()
  for (const sub of command.commands) helpAfterErrors(sub)
}
