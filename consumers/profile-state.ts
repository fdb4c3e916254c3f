import type { CustomerEvent, Personal } from '../schemas/events.ts'
import type { Table } from '../streams/table.ts'

/** When a trait was last set, and by which event. */
type Stamp = readonly [at: number, id: string]

/** What a shop told of a person. Traits apply by (occurredAt, id), never by arrival (engine rule 12). */
export interface Profile {
  readonly traits: Readonly<Record<string, unknown>>
  readonly stamps: Readonly<Record<string, Stamp>>
}

export const profileTable: Table<Profile> = {
  name: 'profiles',
  key: ['customer_id'],
  columns: [
    { name: 'phone', type: 'text', value: p => (typeof p.traits.phone === 'string' ? p.traits.phone : null) },
    { name: 'traits', type: 'jsonb', value: p => JSON.stringify(p.traits) },
    { name: 'stamps', type: 'jsonb', value: p => JSON.stringify(p.stamps) },
  ],
  entry: row => ({ traits: row.traits as Profile['traits'], stamps: row.stamps as Profile['stamps'] }),
  empty: () => ({ traits: {}, stamps: {} }),
}

/** Sets the traits an event brings, sealed ones included, where no newer event has set them. */
export function setTraits(
  profile: Profile,
  event: Extract<CustomerEvent, { type: 'profile' }>,
  personal: Personal | undefined,
): Profile {
  const at = Date.parse(event.occurredAt)
  const traits = { ...profile.traits }
  const stamps = { ...profile.stamps }
  for (const [name, value] of Object.entries({ ...event.traits, ...personal?.traits })) {
    const last = stamps[name]
    if (last !== undefined && (last[0] > at || (last[0] === at && last[1] >= event.id))) continue
    traits[name] = value
    stamps[name] = [at, event.id]
  }
  return { traits, stamps }
}
