import { parentPort } from 'node:worker_threads'
import { Rehearsal } from '../../consumers/rehearsal.ts'
import type { RehearseAnswer, RehearseRequest } from './rehearse-messages.ts'

// In a worker thread: rehearses once, and ends.
const port = parentPort!
const answer = (message: RehearseAnswer) => port.postMessage(message)
let rehearsal: Rehearsal | undefined

port.on('message', (request: RehearseRequest) => {
  if (request.type === 'begin') {
    rehearsal = new Rehearsal(request.plan)
  } else if (request.type === 'records') {
    for (const record of request.records) rehearsal!.meet(record)
    answer({ type: 'taken' })
  } else {
    answer({ type: 'done', report: rehearsal!.report() })
    port.close()
  }
})
