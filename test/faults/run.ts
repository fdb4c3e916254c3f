import { Argument, Command } from 'commander'
import type { Fault } from './fault.ts'
import { faults } from './faults.ts'
import { ownStacks } from './own-stacks.ts'
import { record } from './record.ts'
import { suffer } from './suffer.ts'

interface Options {
  readonly short?: boolean
  readonly seed: string
  readonly minutes: string
  readonly record?: string
}

async function run(names: readonly string[], options: Options): Promise<void> {
  const wanted = names.length === 0 ? faults : faults.filter(({ name }) => names.includes(name))
  process.exit((await broken(wanted, options)) === 0 ? 0 : 1)
}

/** Where nothing may be left out, a fault that cannot be made here is one too many. */
const required = process.env.TARANG_REQUIRE_STACK === '1'

/** How many of them the system did not come through whole. */
async function broken(wanted: readonly Fault[], { short = false, seed, minutes, record: file }: Options): Promise<number> {
  const say = (what: string) => process.stderr.write(`${what}\n`)
  let count = 0
  await using stacks = ownStacks(say)
  for (const fault of wanted) {
    say(`${fault.name}: ${fault.title}`)
    const why = fault.impossible?.()
    if (why !== undefined) {
      console.log(`SKIPPED ${fault.name}: ${why}`)
      if (required) count++
      continue
    }
    try {
      const suffered = await suffer(await stacks.for(fault), fault, { short, seed: Number(seed), minutes: Number(minutes), say })
      const sound = suffered.wrongs.length === 0
      if (!sound) count++
      console.log(`${sound ? 'SOUND ' : 'BROKEN'} ${fault.name}, ${suffered.seconds} s`)
      if (suffered.told !== undefined) console.log(`  ${suffered.told}`)
      for (const line of suffered.wrongs) console.log(`  ${line}`)
      if (file !== undefined) record(file, fault, suffered, { short, sound })
    } catch (error) {
      count++
      console.log(`BROKEN ${fault.name}\n  ${error instanceof Error ? error.stack : error}`)
    }
  }
  return count
}

await new Command('faults')
  .description('Let happen to Tarang what happens in production, on a stack of its own, and see that every event counted once.')
  .addArgument(new Argument('[names...]', 'which; all unless told').choices(faults.map(({ name }) => name)))
  .option('--short', 'seconds where it would be minutes, as CI does')
  .option('--seed <n>', 'which events', '1')
  .option('--minutes <n>', 'how long steady load lasts', '10')
  .option('--record <file>', 'write what came of it into this Markdown file')
  .action(run)
  .parseAsync()
