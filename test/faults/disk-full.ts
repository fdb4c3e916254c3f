import type { Fault } from './fault.ts'
import { refusal } from './refusal.ts'

export const diskFull: Fault = {
  name: 'disk-full',
  title: 'the disk of Kafka and Postgres is full, until somebody makes room and starts both again',
  smallDisk: true,
  impossible: () => refusal('mount a file system', ['unshare', '--mount', 'true']),
  async strike({ own, lasting, sleep }) {
    own.fillDisk()
    await sleep(lasting(60_000, 12_000))
    own.makeRoom()
    // What ran into the wall may have died of it, or live on without the disk: no operator would ask which.
    for (const part of ['postgres', 'kafka'] as const) {
      await own.kill(part)
      await own.start(part)
    }
    await own.start('registry')
  },
}
