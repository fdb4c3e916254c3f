import type { AnalysisTables, Table } from '../table.ts'
import type { CatalogueRow } from './growing-shop.ts'
import type { SnapshotTableName } from './snapshot-tables.ts'

/** What the worker is told: who has a number already, then pages of the log and of the catalogue, then that there is no more. */
export type SnapshotRequest =
  | { readonly type: 'customers'; readonly ids: readonly string[] }
  /** Records end to end in one piece, and where each ends. */
  | { readonly type: 'changes'; readonly bytes: Uint8Array; readonly ends: Uint32Array }
  | { readonly type: 'products'; readonly rows: readonly CatalogueRow[] }
  | { readonly type: 'finish'; readonly now: number }

/** What it answers: that a page is taken, that there is no room for more, and the snapshot. */
export type SnapshotAnswer =
  | { readonly type: 'taken' }
  | { readonly type: 'too_large'; readonly says: string }
  | { readonly type: 'done'; readonly made: MadeSnapshot }

/** A snapshot before it has a place among the others. */
export interface MadeSnapshot {
  readonly asOf: number
  readonly buyers: number
  readonly tables: Readonly<Record<SnapshotTableName, Table>>
  readonly degraded: AnalysisTables['degraded']
  /** By number: an index into `names`, deflated. */
  readonly segments: Uint8Array
  readonly names: readonly string[]
  /** Customers who had no number before; they come after those who had one. */
  readonly joined: readonly string[]
  /** What the shop's lines took to read, for those who look at logs. */
  readonly lines: number
}
