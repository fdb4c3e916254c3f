import type { Fault } from './fault.ts'

const WHERE = ['/segments', '/recommendations/cust-000001', '/recommendations/cust-000002'] as const

export const redisAway: Fault = {
  name: 'redis-away',
  title: 'Redis is killed, comes back, and hangs; lookups are answered all the time',
  async strike({ own, first, lasting, sleep, note }) {
    let [answered, over] = [0, false]
    const looking = (async () => {
      for (; !over; await sleep(50))
        for (const path of WHERE) {
          const { status } = await fetch(`${first.url}${path}`)
          if (status !== 200) throw new Error(`${path} answered ${status}`)
          answered++
        }
    })()
    looking.catch(() => {}) // awaited below
    await own.kill('redis')
    await sleep(lasting(30_000, 4000))
    await own.start('redis')
    await sleep(lasting(10_000, 2000))
    own.freeze('redis')
    await sleep(lasting(30_000, 4000))
    own.thaw('redis')
    over = true
    await looking
    note(`${answered} lookups answered`)
  },
}
