import type { Pool } from 'undici'
import { systemClock as clock } from '../../streams/clock.ts'
import { type Request, timed } from './load.ts'

interface Pace {
  readonly pool: Pool
  readonly perSecond: number
  readonly seconds: number
  readonly request: () => Request
}

/** Sends requests at a pace that no slow answer holds up, and answers how many when all were answered. */
export async function paced({ pool, perSecond, seconds, request }: Pace): Promise<number> {
  const count = perSecond * seconds
  const begun = clock.monotonic()
  let failure: unknown
  let under = 0
  for (let i = 0; i < count; i++) {
    const wait = begun + (i * 1000) / perSecond - clock.monotonic()
    if (wait > 1) await clock.sleep(wait)
    if (failure !== undefined) throw failure
    under++
    timed(pool, request())
      .catch(error => {
        failure ??= error
      })
      .finally(() => under--)
  }
  while (under > 0) await clock.sleep(1)
  if (failure !== undefined) throw failure
  return count
}
