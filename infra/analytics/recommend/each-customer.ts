/** So many customers are visited between two breaths: some tens of ms. */
const BETWEEN = 4096

/** Visits customers by number, letting go of the thread now and then so that a signal is heard. @param tell is told how many were visited, at every breath */
export async function eachCustomer(
  customers: number,
  signal: AbortSignal | undefined,
  visit: (customer: number) => void,
  tell?: (visited: number) => void,
): Promise<void> {
  for (let from = 0; from < customers; from += BETWEEN) {
    signal?.throwIfAborted()
    const to = Math.min(customers, from + BETWEEN)
    for (let c = from; c < to; c++) visit(c)
    tell?.(to)
    await new Promise(setImmediate)
  }
  signal?.throwIfAborted()
}
