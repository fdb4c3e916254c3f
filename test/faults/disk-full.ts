import type { Fault } from './fault.ts'

export const diskFull: Fault = {
  name: 'disk-full',
  title: 'the disk of Kafka and Postgres is full, until somebody makes room and starts what has given up',
  smallDisk: true,
  async strike({ own, lasting, sleep }) {
    own.fillDisk()
    await sleep(lasting(60_000, 12_000))
    own.makeRoom()
    for (const part of ['postgres', 'kafka', 'registry'] as const) await own.start(part)
  },
}
