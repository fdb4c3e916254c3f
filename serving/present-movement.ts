import type { Moved } from '../models/analytics/segment-movement.ts'
import { segments } from '../models/segments.ts'
import type { Movement, SnapshotHead } from './ports/analytics.ts'

/** How those are called who are new at the second snapshot, or gone since the first. */
const NOWHERE = { from: 'new', to: 'gone' } as const
type Side = keyof typeof NOWHERE

/** Nodes in the order of the segment table, those who are new or gone last; only such as somebody is at. */
export function presentMovement({ from, to, moved }: Movement) {
  const sum = (some: readonly Moved[]) => some.reduce((all, { customers }) => all + customers, 0)
  return {
    from: presentHead(from),
    to: presentHead(to),
    customers: {
      both: sum(moved.filter(one => one.from !== null && one.to !== null)),
      new: sum(moved.filter(one => one.from === null)),
      gone: sum(moved.filter(one => one.to === null)),
    },
    nodes: (['from', 'to'] as const).flatMap(side =>
      [...new Set(moved.map(one => one[side]))]
        .sort((a, b) => placeOf(a) - placeOf(b))
        .map(segment => ({
          id: nodeOf(side, segment),
          side,
          segment,
          customers: sum(moved.filter(one => one[side] === segment)),
        })),
    ),
    links: moved.map(one => ({
      source: nodeOf('from', one.from),
      target: nodeOf('to', one.to),
      customers: one.customers,
    })),
    ...(from.id === to.id ? { degraded: ['one_snapshot'] } : {}),
  }
}

export const presentHead = ({ id, takenAt, asOf, buyers, tookMs }: SnapshotHead) => ({
  id,
  takenAt: new Date(takenAt).toISOString(),
  asOf: new Date(asOf).toISOString(),
  buyers,
  tookSeconds: tookMs / 1000,
})

const nodeOf = (side: Side, segment: string | null): string => `${side}:${segment ?? NOWHERE[side]}`

/** Segments that are in the table no more come behind those that are. */
function placeOf(segment: string | null): number {
  if (segment === null) return segments.length + 1
  const at = (segments as readonly string[]).indexOf(segment)
  return at < 0 ? segments.length : at
}
