import { createHash } from 'node:crypto'

/** A share of all customers that gets no marketing texts, so that what texts are worth can be told. Another salt draws another share. */
export interface Holdout {
  /** 0–1 */
  readonly share: number
  readonly salt: string
}

/** Whether a customer is held out: the same answer everywhere and always. Who is held out of a share is held out of every larger one. */
export const isHeldOut = ({ share, salt }: Holdout, customerId: string): boolean =>
  share > 0 && createHash('sha256').update(`${salt}\0${customerId}`).digest().readUIntBE(0, 6) < share * 2 ** 48
