import { readFileSync, writeFileSync } from 'node:fs'
import { Command } from 'commander'
import { topics } from '../../schemas/topics.ts'
import { topicNames } from '../../streams/topic-names.ts'
import { type Config, readConfig } from '../config.ts'
import { type Place, type Station, stations } from '../topology.ts'
import { topologyPicture } from '../topology-picture.ts'
import { between } from './between.ts'

interface Options {
  readonly json?: boolean
  readonly mermaid?: boolean
  readonly into?: string
}

export const topologyCommand = (): Command =>
  new Command('topology')
    .description('Print every topic and processor, and how data flows between them.')
    .option('--json', 'one JSON object')
    .option('--mermaid', 'as a picture: a Mermaid flowchart')
    .option('--into <file>', 'write the picture into a Markdown file, between <!-- topology --> and <!-- /topology -->')
    .action(({ json, mermaid, into }: Options) => {
      const config = readConfig()
      const all = stations(config.shop)
      const picture = topologyPicture(all)
      if (into !== undefined) writeInto(into, picture)
      else if (mermaid) console.log(picture)
      else if (json) console.log(JSON.stringify({ topics: topicsOf(config), processors: all.filter(isProcessor).map(told) }))
      else console.log(asText(topicsOf(config), all))
    })

function writeInto(file: string, picture: string): void {
  const before = readFileSync(file, 'utf8')
  const after = between('topology', before, `\`\`\`mermaid\n${picture}\n\`\`\``)
  if (after !== before) writeFileSync(file, after)
  console.error(after === before ? `The picture in ${file} is the present one.` : `The picture in ${file} is new.`)
}

const topicsOf = (config: Config) => {
  const names = topicNames({ prefix: config.topicPrefix, partitions: config.partitions })
  return topics.map(topic => ({ name: names.of(topic), partitions: names.partitions(topic), retention: topic.retention }))
}

const isProcessor = ({ kind }: Station): boolean => kind === 'fold' || kind === 'scorer'
const topicsIn = (places: readonly Place[]): string[] => places.filter(({ kind }) => kind === 'topic').map(({ name }) => name)
const told = ({ name, kind, inputs, outputs }: Station) => ({ name, kind, input: inputs[0]!.name, outputs: topicsIn(outputs) })

function asText(topics: ReturnType<typeof topicsOf>, all: readonly Station[]): string {
  const listed = (places: readonly Place[]) => places.map(({ kind, name }) => (kind === 'table' ? `[${name}]` : name)).join(', ')
  return [
    'Topics',
    ...topics.map(
      ({ name, partitions, retention }) =>
        `  ${name.padEnd(36)} ${String(partitions).padStart(3)} partition${partitions === 1 ? ' ' : 's'}  ${retention}`,
    ),
    '\nProcessors, [tables] in brackets',
    ...all
      .filter(station => isProcessor(station) || station.kind === 'ledger')
      .map(({ name, kind, inputs, outputs }) => `  ${name.padEnd(18)} ${kind.padEnd(7)} ${listed(inputs)} → ${listed(outputs)}`),
  ].join('\n')
}
