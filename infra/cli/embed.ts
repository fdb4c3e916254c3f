import { Command } from 'commander'
import { systemClock } from '../../streams/clock.ts'
import { noJournal } from '../../streams/journal.ts'
import { sqlKeyring } from '../../streams/keyring.ts'
import { lease } from '../../streams/lease.ts'
import { silent } from '../../streams/meter.ts'
import type { Sql } from '../../streams/sql.ts'
import { type EmbeddedAgain, embedAgain } from '../embeddings/embed-again.ts'
import { openFamilies } from '../embeddings/open-families.ts'
import { EMBEDDING_LEASE, type EmbeddingParts } from '../embeddings/text-embedding.ts'
import { DataFolderLocked } from '../sql/folder-lock.ts'
import { Complaint } from './complaint.ts'
import { openTables } from './open-tables.ts'
import { progressLine } from './progress-line.ts'

export const embedCommand = (): Command =>
  new Command('embed')
    .description('Embed every product and message again, into the spaces of the models that are configured.')
    .option('--from-start', 'do not go on where an interrupted one stopped')
    .option('--json', 'print what was done as one JSON object')
    .addHelpText(
      'after',
      '\nTexts that come meanwhile are embedded as well. Interrupted, and started again, it goes on where it was.\nWithout Kafka and Postgres no Tarang may be running on the data folder.\nExit codes: 0 all done, 1 stopped, or a model could not be used (the others are done), 2 the configuration is wrong.',
    )
    .action(async ({ fromStart = false, json }: { fromStart?: boolean; json?: boolean }) => {
      await using tables = await openWhenFree()
      const stop = new AbortController()
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort())
      const families = openFamilies(tables.config, systemClock)
      try {
        const done = await embed(tables.sql, { families, fromStart, signal: stop.signal })
        if (json) console.log(JSON.stringify(done))
        else for (const line of linesOf(done)) console.log(line)
        if (!done.complete) throw new Complaint('Stopped; the same command goes on where this one was.')
        if (done.troubles.length > 0) process.exitCode = 1
      } finally {
        await Promise.all(families.map(family => family.close()))
      }
    })

async function openWhenFree() {
  try {
    return await openTables()
  } catch (error) {
    if (!(error instanceof DataFolderLocked)) throw error
    throw new Complaint(`${error.message} Stop it, embed, and start it again. With Kafka and Postgres this runs beside.`)
  }
}

interface EmbedOptions {
  readonly families: ReturnType<typeof openFamilies>
  readonly fromStart: boolean
  readonly signal: AbortSignal
}

/** As soon as nobody else embeds: instances at work let it in between two of their looks. */
async function embed(sql: Sql, { families, fromStart, signal }: EmbedOptions): Promise<EmbeddedAgain> {
  const clock = systemClock
  const line = progressLine(clock)
  const held = lease(sql, clock, EMBEDDING_LEASE.name, EMBEDDING_LEASE.ms)
  for (let told = false; !(await held.mine()) && !signal.aborted; told = true) {
    if (!told) line.end('waiting: an instance is embedding')
    await clock.sleep(50, signal)
  }
  const warn: EmbeddingParts['warn'] = (message, details) => line.end(`${message}: ${Object.values(details).join(' ')}`)
  const parts: EmbeddingParts = { sql, keyring: sqlKeyring(sql, clock), clock, meter: silent, journal: noJournal, warn }
  try {
    return await embedAgain(parts, families, {
      fromStart,
      going: async () => !signal.aborted && (await held.mine()),
      onBegin: (space, resumed, left) => line.end(`${space}: ${resumed ? 'going on, ' : ''}${left} texts`),
      onProgress: (space, texts, left) => line.show(`${space}: ${texts} texts done, about ${left} left`),
    })
  } finally {
    await held.giveBack()
  }
}

function linesOf({ spaces, troubles, seconds }: EmbeddedAgain): string[] {
  return [
    ...spaces.map(
      ({ space, texts, vectors, refused }) =>
        `${space}: ${texts} texts passed, ${vectors} have a vector, ${refused > 0 ? `${refused} its model fails at, ` : ''}${seconds.toFixed(1)} s in all`,
    ),
    ...troubles.map(({ family, reason }) => `${family}: not all was embedded. ${reason}`),
  ]
}
