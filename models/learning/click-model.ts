import { type Ftrl, learn, logLoss, newFtrl } from '../bandit/ftrl.ts'

/**
 * A click model with how it has stood up: each event was predicted before it was learnt from (progressive validation, Blum et al. 1999).
 *
 * Every item is learnt from twice if it is clicked, first as shown and then as clicked, so that nothing waits for a click that may come;
 * the odds it says are then clicks : shown, which is the chance itself (fake negative calibration, Ktena et al. 2019).
 */
export interface ClickModel {
  readonly ftrl: Ftrl
  /** Items shown, and those of them that were clicked. */
  shown: number
  clicked: number
  /** What its predictions cost, and what those of the bare rate of clicks would have. */
  loss: number
  plainLoss: number
}

/** It has a say once it has seen so many items and clicks, and has cost so much less than the bare rate. */
const PROVEN = { shown: 5000, clicked: 100, gain: 0.005 } as const

export const newClickModel = (): ClickModel => ({ ftrl: newFtrl(), shown: 0, clicked: 0, loss: 0, plainLoss: 0 })

/** An item was shown: not clicked, until told otherwise. */
export function showed(model: ClickModel, slots: readonly number[]): void {
  take(model, slots, false)
  model.shown++
}

/** An item that was shown was clicked. */
export function wasClicked(model: ClickModel, slots: readonly number[]): void {
  take(model, slots, true)
  model.clicked++
}

function take(model: ClickModel, slots: readonly number[], happened: boolean): void {
  const events = model.shown + model.clicked
  const rate = (model.clicked + 1) / (events + 2)
  model.plainLoss += logLoss(Math.log(rate / (1 - rate)), happened)
  model.loss += logLoss(learn(model.ftrl, slots, happened), happened)
}

export const isProven = ({ shown, clicked, loss, plainLoss }: ClickModel): boolean =>
  shown >= PROVEN.shown && clicked >= PROVEN.clicked && loss < (1 - PROVEN.gain) * plainLoss
