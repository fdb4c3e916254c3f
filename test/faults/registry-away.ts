import type { Fault } from './fault.ts'

export const registryAway: Fault = {
  name: 'registry-away',
  title: 'the schema registry is down at the start of an instance, and later',
  async strike({ own, join, lasting, sleep }) {
    await own.stop('registry')
    const joining = join()
    await sleep(lasting(20_000, 4000))
    await own.start('registry')
    const other = await joining
    await own.kill('registry')
    await sleep(lasting(20_000, 3000))
    await own.start('registry')
    await other.kill('SIGTERM')
  },
}
