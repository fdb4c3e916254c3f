import { Command, Option } from 'commander'
import { type Scope, scopes } from '../../serving/api-key.ts'
import { systemClock } from '../../streams/clock.ts'
import { addKey, listKeys, revokeKey } from '../api-keys.ts'
import { Complaint } from './complaint.ts'
import { openTables } from './open-tables.ts'

export const keysCommand = (): Command =>
  new Command('keys')
    .description('API keys: make, list, revoke.')
    .addCommand(
      new Command('add')
        .description('Make a key and print it, once.')
        .addOption(new Option('--scope <scope...>', 'what it may do').choices([...scopes]).makeOptionMandatory())
        .option('--name <name>', 'what it is for', 'unnamed')
        .action(async ({ scope, name }: { scope: Scope[]; name: string }) => {
          await using tables = await openTables()
          const { id, key } = await addKey(tables.sql, systemClock, name, scope)
          console.error(`Key ${id} (${scope.join(', ')}). It is shown only now:`)
          console.log(key)
        }),
    )
    .addCommand(
      new Command('list')
        .description('List every key there was.')
        .option('--json', 'one JSON array')
        .action(async ({ json }: { json?: boolean }) => {
          await using tables = await openTables()
          const keys = await listKeys(tables.sql)
          if (json) return console.log(JSON.stringify(keys))
          if (keys.length === 0) console.log('No keys yet. Make one: tarang keys add --scope publish --name shop')
          for (const { id, name, scopes, createdAt, revokedAt } of keys)
            console.log(
              `${id}  ${new Date(createdAt).toISOString().slice(0, 10)}  ${scopes.join(',').padEnd(20)}  ${name}${revokedAt === null ? '' : '  (revoked)'}`,
            )
        }),
    )
    .addCommand(
      new Command('revoke')
        .description('End a key; servers notice within seconds.')
        .argument('<id>')
        .action(async (id: string) => {
          await using tables = await openTables()
          if (!(await revokeKey(tables.sql, systemClock, id)))
            throw new Complaint(`There is no working key ${id}. \`tarang keys list\` shows them.`)
          console.log(`Key ${id} is revoked.`)
        }),
    )
