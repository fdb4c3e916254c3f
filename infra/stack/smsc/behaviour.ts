import { isReceiptState, type ReceiptState } from './receipt.ts'

/** How texts are taken, for all numbers or for one. */
export interface Behaviour {
  /** `silent`: taken, and never answered. */
  readonly answer: 'accept' | 'refuse' | 'throttle' | 'silent'
  readonly answerDelayMs: number
  /** What is told of a text that was accepted and asks for receipts, so long after the answer, or before it where that is negative. */
  readonly receipts: readonly { readonly state: ReceiptState; readonly afterMs: number }[]
}

export const ordinary: Behaviour = { answer: 'accept', answerDelayMs: 0, receipts: [{ state: 'delivered', afterMs: 0 }] }

const ANSWERS: readonly unknown[] = ['accept', 'refuse', 'throttle', 'silent'] satisfies Behaviour['answer'][]

/** Reads what somebody posted; what is left out is as usual. Throws a sentence. */
export function readBehaviour(raw: unknown): Behaviour {
  const behaviour = { ...ordinary, ...(raw as Partial<Behaviour>) }
  if (!ANSWERS.includes(behaviour.answer)) throw new Error(`"answer": expected one of ${ANSWERS.join(', ')}`)
  if (!Number.isFinite(behaviour.answerDelayMs)) throw new Error('"answerDelayMs": expected a number')
  for (const { state, afterMs } of behaviour.receipts)
    if (!isReceiptState(state) || !Number.isFinite(afterMs)) throw new Error('"receipts": expected { state, afterMs } each')
  return behaviour
}
