import { ReplayRefused } from './replay-refused.ts'

/** How many times faster than they happened events are sent: 1 is real time; `max` does not look at when they happened. */
export type Speed = 'max' | number

/** @param text `real`, `60x` (any number), or `max` */
export function readSpeed(text: string): Speed {
  if (text === 'max') return text
  const factor = text === 'real' ? 1 : Number(/^(\d+(?:\.\d+)?)x$/.exec(text)?.[1])
  if (factor > 0 && factor <= 1e9) return factor
  throw new ReplayRefused('query_invalid', `--speed: expected real, max, or how many times faster such as 60x, got ${text}`)
}
