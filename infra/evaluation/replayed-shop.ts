import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { itemView } from '../../consumers/item-view.ts'
import { tasteTable } from '../../consumers/taste-state.ts'
import type { ItemIndex } from '../../models/item-index.ts'
import type { OutsideTrees } from '../../models/ranker/outside-trees.ts'
import { Ranker } from '../../models/ranker/rank.ts'
import { decodeRanker } from '../../models/ranker/ranker-model.ts'
import type { TrainingReport } from '../../models/ranker/train.ts'
import { noTaste, type Taste } from '../../models/taste.ts'
import { logSink } from '../../producers/log-sink.ts'
import { acceptEvent } from '../../schemas/accept-event.ts'
import type { Inbound } from '../../schemas/events.ts'
import { systemClock } from '../../streams/clock.ts'
import { lastCommit, recordsLeft } from '../../streams/records-left.ts'
import { type Waiting, waitUntilFolded } from '../cli/wait-until-folded.ts'
import { compose } from '../compose.ts'
import { type Config, readConfig } from '../config.ts'
import { jsonLogger } from '../logger.ts'
import { processorsOf } from '../processors.ts'
import { type Trained, trainRanker } from '../training/train-ranker.ts'

const CURRENCY = 'USD'
/** Events sent before processors catch up, and how many at once. */
const AHEAD = 4000
const BATCH = 500

/** A shop whose history went through the processors that production runs, on an embedded engine of its own; gone with its folder afterwards. */
export interface ReplayedShop extends AsyncDisposable {
  readonly currency: string
  /** Answers how many were refused. */
  replay(events: Iterable<Inbound>, all: number): Promise<number>
  /** What the trainer of production learns of it. @param onnx trees from elsewhere that may do better than its own */
  train(onnx?: string): Promise<Trained | undefined>
  tastes(customerIds: readonly string[]): Promise<Map<string, Taste>>
  items(): Promise<ItemIndex>
}

export async function openReplayedShop({ line, signal }: Omit<Waiting, 'clock'>): Promise<ReplayedShop> {
  const folder = await mkdtemp(join(tmpdir(), 'tarang-evaluate-'))
  const config: Config = {
    ...readConfig({ TARANG_DATA_DIR: folder, TARANG_DEMO: 'off', TARANG_PARTITIONS: '2', TARANG_CURRENCY: CURRENCY }),
    roles: ['engine'],
  }
  const tarang = await compose(config, { logger: jsonLogger('error') })
  const { sql, log, names } = tarang.engine
  const look = async () => ({
    left: await recordsLeft(sql, log, names, processorsOf(config.shop)),
    committedAt: await lastCommit(sql),
  })
  const sink = logSink(tarang.publish)
  return {
    currency: CURRENCY,
    async replay(events, all) {
      let [sent, refused, ahead]: [number, number, number] = [0, 0, 0]
      let batch: Inbound[] = []
      const send = async () => {
        await sink.send(batch)
        sent += batch.length
        ahead += batch.length
        batch = []
        line.show(`replaying: ${sent} of at most ${all} events`)
        for (; ahead >= AHEAD && (await look()).left > 0; ) await systemClock.sleep(20, signal)
        if (ahead >= AHEAD) ahead = 0
      }
      for (const event of events) {
        const accepted = acceptEvent(event, { ...config.shop, now: systemClock.now() })
        if ('refusal' in accepted) refused++
        else if (batch.push(accepted.event) === BATCH) await send()
      }
      await send()
      await waitUntilFolded(look, { clock: systemClock, line, signal })
      return refused
    },
    train: onnx => trainRanker(sql, undefined, { signal, onnx, say: what => line.show(`learning: ${what}`) }),
    async tastes(customerIds) {
      const columns = tasteTable.columns.map(({ name }) => name).join(', ')
      const rows = await sql.query(`SELECT customer_id, ${columns} FROM tastes WHERE customer_id = ANY($1::text[])`, [
        customerIds,
      ])
      const found = new Map(rows.map(row => [row.customer_id as string, tasteTable.entry(row)]))
      return new Map(customerIds.map(customerId => [customerId, found.get(customerId) ?? noTaste]))
    },
    items: () => sql.transaction(tx => itemView.load(tx)),
    async [Symbol.asyncDispose]() {
      await tarang.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

export const readyRanker = (
  trained: Trained | undefined,
  outside?: OutsideTrees,
): { ranker: Ranker; report: TrainingReport } | undefined =>
  trained && { ranker: new Ranker(decodeRanker(trained.bytes), () => outside), report: trained.report }
