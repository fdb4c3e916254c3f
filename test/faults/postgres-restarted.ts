import type { Fault } from './fault.ts'

export const postgresRestarted: Fault = {
  name: 'postgres-restarted',
  title: 'Postgres is restarted in the middle of batches, in good order and by kill -9',
  async strike({ own, lasting, sleep }) {
    for (let times = lasting(6, 2); times > 0; times--) {
      await (times % 2 === 0 ? own.stop('postgres') : own.kill('postgres'))
      await sleep(lasting(3000, 1000))
      await own.start('postgres')
      await sleep(1500)
    }
  },
}
