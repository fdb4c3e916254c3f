import type { Clock } from '../../streams/clock.ts'
import { Complaint } from './complaint.ts'

/** How far folding is: the records left, and when anything was committed last, epoch ms. */
export interface Folding {
  readonly left: number
  readonly committedAt: number
}

export interface Waiting {
  readonly clock: Clock
  readonly line: { show(text: string): void; end(text: string): void }
  readonly signal: AbortSignal
}

const LOOK_MS = 400
/** No commit for so long: nobody is folding. */
const STALLED_MS = 30_000
/** So often in a row nothing is left, when it is over: longer than a tick is away. */
const QUIET = 4

/** Waits until every processor is at the end of its input, and stays there. */
export async function waitUntilFolded(look: () => Promise<Folding>, { clock, line, signal }: Waiting): Promise<void> {
  let [committed, moved] = [0, clock.monotonic()]
  for (let quiet = 0; quiet < QUIET; ) {
    if (signal.aborted)
      throw new Complaint('Everything is on the log; what is left to be folded is folded as soon as a Tarang runs.')
    const { left, committedAt } = await look()
    quiet = left === 0 ? quiet + 1 : 0
    // What is left may stay the same for long: what one processor has folded is more to fold for the next.
    if (committedAt !== committed) moved = clock.monotonic()
    committed = committedAt
    if (left > 0 && clock.monotonic() - moved > STALLED_MS)
      throw new Complaint(
        `Everything is on the log, but nothing has been folded for ${STALLED_MS / 1000} s (${left} records are left): is a Tarang running? Start one with \`tarang start\`.`,
      )
    line.show(`folding: ${left} records left`)
    await clock.sleep(LOOK_MS, signal)
  }
  line.end('everything is folded')
}
