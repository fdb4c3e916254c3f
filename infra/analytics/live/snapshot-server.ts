import { parentPort, workerData } from 'node:worker_threads'
import { changeDecoder } from './change-decoder.ts'
import { ShopTooLarge } from './growing-shop.ts'
import { SnapshotMaker } from './make-snapshot.ts'
import type { SnapshotAnswer, SnapshotRequest } from './snapshot-messages.ts'

// In a worker thread: makes one snapshot, and ends.
const port = parentPort!
const { mostBytes } = workerData as { readonly mostBytes: number | undefined }
const maker = new SnapshotMaker(await changeDecoder(), mostBytes)

port.on('message', (request: SnapshotRequest) => {
  try {
    port.postMessage(answerTo(request))
  } catch (error) {
    if (!(error instanceof ShopTooLarge)) throw error
    port.postMessage({ type: 'too_large', says: error.message } satisfies SnapshotAnswer)
  }
})

function answerTo(request: SnapshotRequest): SnapshotAnswer {
  switch (request.type) {
    case 'customers':
      maker.meetCustomers(request.ids)
      return { type: 'taken' }
    case 'changes':
      maker.meetChanges(request.bytes, request.ends)
      return { type: 'taken' }
    case 'products':
      maker.meetProducts(request.rows)
      return { type: 'taken' }
    case 'finish':
      return { type: 'done', made: maker.finish(request.now) }
  }
}
