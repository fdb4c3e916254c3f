interface Waiting<I, O> {
  readonly item: I
  readonly resolve: (answer: O) => void
  readonly reject: (reason: unknown) => void
}

/**
 * Turns calls for one into work on many: what is asked while `atOnce` batches are under way goes into the next one.
 * Nobody waits for company, so a lone call is as fast as without. `work` answers in the order of its items; when it throws, all of them do.
 */
export function coalesce<I, O>(
  work: (items: readonly I[]) => Promise<readonly O[]>,
  { max, atOnce }: { readonly max: number; readonly atOnce: number },
): (item: I) => Promise<O> {
  const waiting: Waiting<I, O>[] = []
  let running = 0
  let scheduled = false

  async function next(): Promise<void> {
    const batch = waiting.splice(0, max)
    running++
    try {
      const answers = await work(batch.map(({ item }) => item))
      for (const [i, { resolve }] of batch.entries()) resolve(answers[i]!)
    } catch (error) {
      for (const { reject } of batch) reject(error)
    }
    running--
    start()
  }

  function start(): void {
    scheduled = false
    while (running < atOnce && waiting.length > 0) void next()
  }

  return item =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject })
      if (scheduled) return
      scheduled = true
      setImmediate(start) // what else comes in this turn of the loop shares the batch
    })
}
