import { Argument, Command } from 'commander'
import { faults } from './faults.ts'
import { ownStack } from './own-stack.ts'
import { record } from './record.ts'
import { type Suffered, suffer } from './suffer.ts'

interface Options {
  readonly short?: boolean
  readonly seed: string
  readonly record?: string
}

async function run(names: readonly string[], { short = false, seed, record: file }: Options): Promise<void> {
  const say = (what: string) => process.stderr.write(`${what}\n`)
  const wanted = names.length === 0 ? faults : faults.filter(({ name }) => names.includes(name))
  say('starting a stack of its own')
  const own = await ownStack()
  let broken = 0
  try {
    for (const fault of wanted) {
      say(`${fault.name}: ${fault.title}`)
      const suffered = await suffer(own, fault, { short, seed: Number(seed), say })
      const sound = isSound(suffered)
      if (!sound) broken++
      console.log(`${sound ? 'SOUND ' : 'BROKEN'} ${fault.name}, ${suffered.seconds} s`)
      for (const line of complaints(suffered)) console.log(`  ${line}`)
      if (file !== undefined) record(file, fault, suffered, { short, sound })
    }
  } finally {
    await own.down()
  }
  process.exit(broken === 0 ? 0 : 1)
}

const isSound = (suffered: Suffered): boolean => complaints(suffered).length === 0

const complaints = ({ digest, expected, faults }: Suffered): string[] => [
  ...(digest.sha256 === expected ? [] : [`the digest is ${digest.sha256}, that of the events ${expected}`]),
  ...faults,
]

await new Command('faults')
  .description('Let happen to Tarang what happens in production, on a stack of its own, and see that every event counted once.')
  .addArgument(new Argument('[names...]', 'which; all unless told').choices(faults.map(({ name }) => name)))
  .option('--short', 'seconds where it would be minutes, as CI does')
  .option('--seed <n>', 'which events', '1')
  .option('--record <file>', 'write what came of it into this Markdown file')
  .action(run)
  .parseAsync()
