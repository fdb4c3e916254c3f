import type { Fault } from './fault.ts'

export const kafkaAway: Fault = {
  name: 'kafka-away',
  title: 'Kafka is killed and comes back after a minute',
  async strike({ own, lasting, sleep }) {
    await own.kill('kafka')
    await sleep(lasting(60_000, 8000))
    await own.start('kafka')
  },
}
