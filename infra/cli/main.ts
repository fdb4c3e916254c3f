import { Command } from 'commander'
import { ConfigError } from '../config.ts'
import { version } from '../version.ts'
import { explain } from './explain.ts'

/** Each command is loaded when it is meant: what one of them stands on takes a second. */
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  start: async () => (await import('./start.ts')).startCommand(),
  replay: async () => (await import('./replay.ts')).replayCommand(),
  rebuild: async () => (await import('./rebuild.ts')).rebuildCommand(),
  generate: async () => (await import('./generate.ts')).generateCommand(),
  evaluate: async () => (await import('./evaluate.ts')).evaluateCommand(),
  analyze: async () => (await import('./analyze.ts')).analyzeCommand(),
  embed: async () => (await import('./embed.ts')).embedCommand(),
  policy: async () => (await import('./policy.ts')).policyCommand(),
  'export-features': async () => (await import('./export-features.ts')).exportFeaturesCommand(),
  flow: async () => (await import('./flow.ts')).flowCommand(),
  sms: async () => (await import('./sms.ts')).smsCommand(),
  digest: async () => (await import('./digest.ts')).digestCommand(),
  topology: async () => (await import('./topology.ts')).topologyCommand(),
  doctor: async () => (await import('./doctor.ts')).doctorCommand(),
  keys: async () => (await import('./keys.ts')).keysCommand(),
}

const program = new Command('tarang').description('Real-time personalization on an event log.').version(version)
const meant = process.argv.slice(2).find(word => Object.hasOwn(commands, word))
for (const [name, load] of Object.entries(commands)) if (meant === undefined || meant === name) program.addCommand(await load())

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
