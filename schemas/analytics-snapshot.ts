import Type, { type Static } from 'typebox'
import { Count, Currency, closed, Id, Millis } from './primitives.ts'

/** Money in the major unit, shares from 0 to 1, dates and months as ISO 8601 writes them; null where there is nothing to say. */
const Cell = Type.Union([Type.String(), Type.Number(), Type.Null()])

/** A table of an analysis, with what its cells are. */
export const SnapshotTable = Type.Object(
  {
    columns: Type.Array(
      Type.Object(
        { name: Type.String(), kind: Type.Enum(['text', 'count', 'number', 'days', 'money', 'share', 'date', 'month']) },
        closed,
      ),
    ),
    rows: Type.Array(Type.Array(Cell)),
  },
  closed,
)
export type SnapshotTable = Static<typeof SnapshotTable>

/**
 * How a shop's customers stood: made from time to time, of all that the log has. `asOf` is the instant from which everything that ages was measured,
 * `takenAt` when it was made. `degraded`: what it had to do without, and why.
 */
export const AnalyticsSnapshot = Type.Object(
  {
    id: Id,
    seq: Count,
    takenAt: Millis,
    asOf: Millis,
    currency: Currency,
    /** Customers with a purchase. */
    buyers: Count,
    tables: Type.Record(Type.String(), SnapshotTable),
    degraded: Type.Array(Type.Object({ stage: Type.String(), says: Type.String() }, closed)),
  },
  closed,
)
export type AnalyticsSnapshot = Static<typeof AnalyticsSnapshot>
