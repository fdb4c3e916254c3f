import { Random } from '../../models/random.ts'
import type { GatewayMood, TestGateway } from '../support/sms-gateway.ts'

/** Of a hundred submissions, how many meet with what. */
const OF_A_HUNDRED: Readonly<Record<Exclude<GatewayMood, 'take'>, number>> = {
  slow: 8,
  reset: 5,
  mumble: 5,
  fail: 4,
  refuse: 4,
  throttle: 3,
  hang: 1,
}

/** A gateway at its worst, by a seed. */
export function moods(seed: number): Extract<TestGateway['mood'], (...arrived: never) => GatewayMood> {
  const random = new Random(seed, 'moods')
  return () => {
    let left = random.int(0, 99)
    for (const [mood, share] of Object.entries(OF_A_HUNDRED) as [GatewayMood, number][]) {
      if (left < share) return mood
      left -= share
    }
    return 'take'
  }
}
