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
  const under: Promise<number>[] = []
  for (let i = 0; i < count; i++) {
    const wait = begun + (i * 1000) / perSecond - clock.monotonic()
    if (wait > 1) await clock.sleep(wait)
    under.push(timed(pool, request()))
  }
  await Promise.all(under)
  return count
}
