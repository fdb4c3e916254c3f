import type { Fault } from './fault.ts'
import { refusal } from './refusal.ts'

export const diskFull: Fault = {
  name: 'disk-full',
  title: 'the disk of Kafka and Postgres is full, until somebody makes room and starts what has given up',
  smallDisk: true,
  impossible: () => refusal('mount a file system', ['unshare', '--mount', 'true']),
  async strike({ own, lasting, sleep }) {
    own.fillDisk()
    await sleep(lasting(60_000, 12_000))
    own.makeRoom()
    for (const part of ['postgres', 'kafka', 'registry'] as const) await own.start(part)
  },
}
