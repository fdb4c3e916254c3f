/** What a receipt may tell, and how SMPP 3.4 writes it: the word of its appendix B, the `message_state` of §5.2.28. */
const states = {
  delivered: { stat: 'DELIVRD', state: 2, err: '000' },
  expired: { stat: 'EXPIRED', state: 3, err: '001' },
  deleted: { stat: 'DELETED', state: 4, err: '002' },
  undeliverable: { stat: 'UNDELIV', state: 5, err: '027' },
  accepted: { stat: 'ACCEPTD', state: 6, err: '000' },
  unknown: { stat: 'UNKNOWN', state: 7, err: '255' },
  rejected: { stat: 'REJECTD', state: 8, err: '088' },
} as const

export type ReceiptState = keyof typeof states
export const isReceiptState = (word: unknown): word is ReceiptState => typeof word === 'string' && word in states

/** A receipt as a `deliver_sm`, from the number that the text went to, to the one it came from. */
export function receipt(
  { id, from, to, at }: { readonly id: string; readonly from: string; readonly to: string; readonly at: number },
  state: ReceiptState,
): Readonly<Record<string, unknown>> {
  const { stat, state: message_state, err } = states[state]
  const date = new Date(at).toISOString().replace(/\D/g, '').slice(2, 12)
  const words = `id:${id} sub:001 dlvrd:${state === 'delivered' ? '001' : '000'} submit date:${date} done date:${date}`
  return {
    source_addr: to,
    destination_addr: from,
    esm_class: 0x04,
    data_coding: 0,
    short_message: `${words} stat:${stat} err:${err} text:`,
    receipted_message_id: id,
    message_state,
  }
}
