/** How often a transaction that others' locks broke up is tried before the error goes up. */
const TRIES = 4

/** Somebody who locks in another order may still cross us; Postgres ends one of the two, which then has changed nothing. */
export async function againAfterDeadlock<T>(work: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried++) {
    try {
      return await work()
    } catch (error) {
      const deadlock = error instanceof Error && 'code' in error && error.code === '40P01'
      if (!deadlock || tried === TRIES) throw error
    }
  }
}
