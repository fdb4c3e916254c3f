import { Command } from 'commander'
import { ConfigError } from '../config.ts'
import { version } from '../version.ts'
import { digestCommand } from './digest.ts'
import { doctorCommand } from './doctor.ts'
import { embedCommand } from './embed.ts'
import { evaluateCommand } from './evaluate.ts'
import { explain } from './explain.ts'
import { exportFeaturesCommand } from './export-features.ts'
import { generateCommand } from './generate.ts'
import { keysCommand } from './keys.ts'
import { policyCommand } from './policy.ts'
import { rebuildCommand } from './rebuild.ts'
import { replayCommand } from './replay.ts'
import { smsCommand } from './sms.ts'
import { startCommand } from './start.ts'
import { topologyCommand } from './topology.ts'

const program = new Command('tarang')
  .description('Real-time personalization on an event log.')
  .version(version)
  .addCommand(startCommand())
  .addCommand(replayCommand())
  .addCommand(rebuildCommand())
  .addCommand(generateCommand())
  .addCommand(evaluateCommand())
  .addCommand(embedCommand())
  .addCommand(policyCommand())
  .addCommand(smsCommand())
  .addCommand(exportFeaturesCommand())
  .addCommand(digestCommand())
  .addCommand(topologyCommand())
  .addCommand(doctorCommand())
  .addCommand(keysCommand())

helpAfterErrors(program)

// Whoever read our output has enough of it: `tarang generate | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit()
  throw error
})

try {
  await program.parseAsync()
} catch (error) {
  console.error(explain(error) ?? error)
  process.exitCode = error instanceof ConfigError ? 2 : 1
}

/** Commander lets only subcommands it made itself inherit this; ours are added. */
function helpAfterErrors(command: Command): void {
  command.showHelpAfterError()
  for (const sub of command.commands) helpAfterErrors(sub)
}
