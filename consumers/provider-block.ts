const OPTED_OUT = 'opted_out: '

/** How the ledger words the refusal of a gateway to which the number said STOP. */
export const blockDetail = (detail: string): string => `${OPTED_OUT}${detail}`

/** Whether a result is such a refusal: that is the customer's word, not only the gateway's. */
export const isBlock = (status: string, detail: string | undefined): boolean =>
  status === 'rejected' && detail?.startsWith(OPTED_OUT) === true
