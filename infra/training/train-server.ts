import { parentPort } from 'node:worker_threads'
import { boughtOf } from '../../consumers/taste-state.ts'
import { HistoriesBuilder } from '../../models/ranker/histories.ts'
import { decodeRanker, encodeRanker } from '../../models/ranker/ranker-model.ts'
import { forEachDeed } from '../../models/ranker/taste-deeds.ts'
import { train } from '../../models/ranker/train.ts'
import type { TrainAnswer, TrainRequest } from './train-messages.ts'

// In a worker thread: collects what it is told, trains once, and ends.
const port = parentPort!
const histories = new HistoriesBuilder()
const texts = new Map<string, string>()
const answer = (message: TrainAnswer, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer)

port.on('message', (request: TrainRequest) => {
  if (request.type === 'tastes')
    for (const { customerId, at, bought, looked, disliked } of request.rows)
      forEachDeed(
        {
          at,
          bought: boughtOf(JSON.parse(bought)),
          looked: new Map(JSON.parse(looked) as [string, number][]),
          disliked: new Set(JSON.parse(disliked) as string[]),
        },
        (productId, when, deed) => histories.add(customerId, productId, when, deed),
      )
  else if (request.type === 'products') for (const { productId, text } of request.rows) texts.set(productId, text)
  else finish(request.present)
})

function finish(present: Uint8Array | undefined): void {
  const all = histories.build()
  const trained = train({
    histories: all,
    texts: all.products.map(productId => texts.get(productId)),
    present: present === undefined ? undefined : decodeRanker(present).judges,
    say: what => answer({ type: 'said', what }),
  })
  if (trained === undefined) answer({ type: 'done', trained: undefined })
  else {
    const bytes = encodeRanker(trained.model)
    answer({ type: 'done', trained: { bytes, report: trained.report } }, [bytes.buffer as ArrayBuffer])
  }
  port.close()
}
