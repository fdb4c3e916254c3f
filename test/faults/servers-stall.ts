import type { Fault } from './fault.ts'

/** What a client sees of a disk that is slow or hangs: its server does not answer for seconds, and then does as if nothing had been. */
export const serversStall: Fault = {
  name: 'servers-stall',
  title: 'Kafka and Postgres stall for seconds again and again, as on a disk that hangs',
  async strike({ own, lasting, sleep }) {
    for (let times = lasting(12, 4); times > 0; times--) {
      const part = times % 2 === 0 ? 'postgres' : 'kafka'
      own.freeze(part)
      await sleep(lasting(4000, 2500))
      own.thaw(part)
      await sleep(1000)
    }
  },
}
