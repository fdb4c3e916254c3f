import type { Clock } from '../../streams/clock.ts'

/** One line on a terminal that is written over; elsewhere a line every ten seconds, so that logs stay short. */
export function progressLine(clock: Clock, out: NodeJS.WriteStream = process.stderr) {
  let last = Number.NEGATIVE_INFINITY
  const every = out.isTTY ? 100 : 10_000
  return {
    show(text: string): void {
      if (clock.monotonic() - last < every) return
      last = clock.monotonic()
      out.write(out.isTTY ? `\r\u001b[2K${text}` : `${text}\n`)
    },
    end(text: string): void {
      out.write(out.isTTY ? `\r\u001b[2K${text}\n` : `${text}\n`)
    },
  }
}
