import type { Fault } from './fault.ts'

export const instancePaused: Fault = {
  name: 'instance-paused',
  title: 'an instance stands still for half a minute while another takes its work over, and goes on as if it had slept',
  async strike({ join, lasting, sleep }) {
    const other = await join()
    await sleep(2000)
    other.freeze()
    await sleep(lasting(30_000, 9000))
    other.thaw()
    await sleep(2000)
    if (!other.alive()) throw new Error('the instance that slept has died of it')
    await other.kill('SIGTERM')
  },
}
