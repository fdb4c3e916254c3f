import { Command } from 'commander'
import { processors } from '../../consumers/all.ts'
import { topics } from '../../schemas/topics.ts'
import { topicNames } from '../../streams/topic-names.ts'
import { readConfig } from '../config.ts'

export const topologyCommand = (): Command =>
  new Command('topology')
    .description('Print every topic and processor, and how data flows between them.')
    .option('--json', 'one JSON object')
    .action(({ json }: { json?: boolean }) => {
      const config = readConfig()
      const names = topicNames({ prefix: config.topicPrefix, partitions: config.partitions })
      const all = processors(config.shop).map(({ name, kind, input, outputs }) => ({
        name,
        kind,
        input: input.name,
        outputs: outputs.map(topic => topic.name),
      }))
      const kept = topics.map(topic => ({
        name: names.of(topic),
        partitions: names.partitions(topic),
        retention: topic.retention,
      }))
      if (json) return console.log(JSON.stringify({ topics: kept, processors: all }))
      console.log('Topics')
      for (const { name, partitions, retention } of kept)
        console.log(
          `  ${name.padEnd(36)} ${String(partitions).padStart(3)} partition${partitions === 1 ? ' ' : 's'}  ${retention}`,
        )
      console.log('\nProcessors')
      for (const { name, kind, input, outputs } of all)
        console.log(`  ${name.padEnd(18)} ${kind.padEnd(7)} ${input} → ${outputs.join(', ') || 'its table'}`)
      console.log(
        `  ${'sms-dispatcher'.padEnd(18)} ledger  sms_ledger → gateway\n  ${'sms-reports'.padEnd(18)} ledger  sms_results → sms-results, events`,
      )
    })
