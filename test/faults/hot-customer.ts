import { shopTraffic } from '../support/traffic.ts'
import type { Fault } from './fault.ts'

/** Two events in three are one customer's: one partition has nearly all the work, and one row is written by every batch. */
export const hotCustomer: Fault = {
  name: 'hot-customer',
  title: 'one customer makes two events in three',
  traffic: chunks =>
    shopTraffic({ seed: 21, customers: 60, chunks }).map(({ events, texts }) => ({
      texts,
      events: events.map((event, i) => (event.type === 'product' || i % 3 === 0 ? event : { ...event, customerId: 'hot' })),
    })),
  strike: async () => {},
}
