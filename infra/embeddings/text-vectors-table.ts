import type { RefusalCode } from '../../models/embedding/embedder.ts'
import type { TextKind } from '../../models/embedding/reads-as-english.ts'
import type { Sql, Tx } from '../../streams/sql.ts'
import type { Cursor, FoundText } from './text-sources.ts'

/** A text as it was walked past; without a vector it is none of the space's, or has nothing in it, or is refused. */
export interface EmbeddedText extends FoundText {
  readonly vector: Float32Array | undefined
  readonly refusal: RefusalCode | undefined
}

/** Which walk of a space comes past texts of a kind. */
export interface WalkOf {
  readonly space: string
  readonly walk: string
  readonly kind: TextKind
}

/**
 * Stores vectors and how far their walk has come, in one transaction: a crash repeats a page, and a page repeated changes nothing.
 *
 * Vectors of messages that were deleted since they were read are left out, and a deletion waits for us: so whoever erases a customer
 * deletes from `documents` first and then, by `customer_id`, from `text_vectors` and `text_refusals`, and nothing comes after.
 */
export async function storeVectors(sql: Sql, of: WalkOf, texts: readonly EmbeddedText[]): Promise<void> {
  await sql.transaction(async tx => {
    const standing = of.kind === 'message' ? await stillThere(tx, texts) : texts
    await remove(
      tx,
      of,
      standing.filter(({ vector }) => vector === undefined),
    )
    await upsert(
      tx,
      of,
      standing.filter(({ vector }) => vector !== undefined),
    )
    await keepRefusals(tx, of, standing)
    await keepCursors(tx, of, lastOfEach(texts))
  })
}

async function stillThere(tx: Tx, texts: readonly EmbeddedText[]): Promise<EmbeddedText[]> {
  const rows = await tx.query(STILL_THERE, [texts.map(({ customerId }) => customerId), texts.map(({ id }) => id)])
  const there = new Set(rows.map(row => `${row.customer_id}\u001f${row.id}`))
  return texts.filter(({ customerId, id }) => there.has(`${customerId}\u001f${id}`))
}

async function remove(tx: Tx, { space, kind }: WalkOf, texts: readonly EmbeddedText[]): Promise<void> {
  if (texts.length === 0) return
  const keys = [texts.map(({ customerId }) => customerId), texts.map(({ id }) => id)]
  await tx.query(REMOVE, [space, kind, ...keys])
}

async function upsert(tx: Tx, { space, kind }: WalkOf, texts: readonly EmbeddedText[]): Promise<void> {
  if (texts.length === 0) return
  await tx.query(UPSERT, [
    space,
    kind,
    texts.map(({ id }) => id),
    texts.map(({ customerId }) => customerId),
    texts.map(({ digest }) => digest),
    texts.map(({ vector }) => bytesOf(vector!)),
    texts.map(({ at }) => at),
  ])
}

async function keepRefusals(tx: Tx, { space, kind }: WalkOf, texts: readonly EmbeddedText[]): Promise<void> {
  if (texts.length === 0) return
  const keys = [texts.map(({ customerId }) => customerId), texts.map(({ id }) => id)]
  await tx.query(ACCEPT, [space, kind, ...keys])
  const refused = texts.filter(({ refusal }) => refusal !== undefined)
  if (refused.length === 0) return
  await tx.query(REFUSE, [
    space,
    kind,
    refused.map(({ id }) => id),
    refused.map(({ customerId }) => customerId),
    refused.map(({ refusal }) => refusal!),
  ])
}

async function keepCursors(tx: Tx, { space, walk, kind }: WalkOf, cursors: ReadonlyMap<number, Cursor>): Promise<void> {
  const all = [...cursors]
  await tx.query(KEEP_CURSORS, [
    space,
    walk,
    kind,
    all.map(([partition]) => partition),
    all.map(([, { offset }]) => offset),
    all.map(([, { customerId }]) => customerId),
    all.map(([, { id }]) => id),
  ])
}

/** Of each partition the last of its texts, which come in order. */
const lastOfEach = (texts: readonly FoundText[]): Map<number, Cursor> => new Map(texts.map(text => [text.partition, text]))

/** Where a walk stands, by partition; those it has not begun are absent. */
export async function cursorsOf(tx: Tx, { space, walk, kind }: WalkOf): Promise<Map<number, Cursor>> {
  const rows = await tx.query(CURSORS, [space, walk, kind])
  return new Map(
    rows.map(row => [
      row.partition as number,
      { offset: row.log_offset as number, customerId: row.customer_id as string, id: row.id as string },
    ]),
  )
}

const bytesOf = (vector: Float32Array): Uint8Array => new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength)

/** A vector as its column has it; of bytes that are none, one of no numbers, which readers leave out like any of another size. */
export const vectorOf = (bytes: Uint8Array): Float32Array =>
  bytes.byteLength % Float32Array.BYTES_PER_ELEMENT === 0 ? new Float32Array(Uint8Array.from(bytes).buffer) : new Float32Array(0)

/** $1 customers, $2 events */
const STILL_THERE = `SELECT customer_id, id FROM documents
WHERE (customer_id, id) IN (SELECT * FROM unnest($1::text[], $2::text[])) FOR KEY SHARE`
/** $1 space, $2 kind, $3 customers, $4 ids */
const REMOVE = `DELETE FROM text_vectors
WHERE space = $1 AND kind = $2 AND (customer_id, id) IN (SELECT * FROM unnest($3::text[], $4::text[]))`
/** $1 space, $2 kind, then of each: id, customer, digest, vector, at */
const UPSERT = `INSERT INTO text_vectors AS v (space, kind, id, customer_id, digest, vector, at)
SELECT $1, $2, u.* FROM unnest($3::text[], $4::text[], $5::text[], $6::bytea[], $7::bigint[]) AS u
ON CONFLICT (space, kind, id, customer_id) DO UPDATE SET digest = excluded.digest, vector = excluded.vector, at = excluded.at
WHERE (v.digest, v.vector, v.at) IS DISTINCT FROM (excluded.digest, excluded.vector, excluded.at)`
/** $1 space, $2 kind, $3 customers, $4 ids */
const ACCEPT = `DELETE FROM text_refusals
WHERE space = $1 AND kind = $2 AND (customer_id, id) IN (SELECT * FROM unnest($3::text[], $4::text[]))`
/** $1 space, $2 kind, then of each: id, customer, code */
const REFUSE = `INSERT INTO text_refusals (space, kind, id, customer_id, code)
SELECT $1, $2, u.* FROM unnest($3::text[], $4::text[], $5::text[]) AS u`
/** $1 space, $2 walk, $3 kind, then of each: partition, offset, customer, id */
const KEEP_CURSORS = `INSERT INTO text_cursors (space, walk, kind, partition, log_offset, customer_id, id)
SELECT $1, $2, $3, u.* FROM unnest($4::int[], $5::bigint[], $6::text[], $7::text[]) AS u
ON CONFLICT (space, walk, kind, partition)
DO UPDATE SET log_offset = excluded.log_offset, customer_id = excluded.customer_id, id = excluded.id`
const CURSORS = `SELECT partition, log_offset, customer_id, id FROM text_cursors WHERE space = $1 AND walk = $2 AND kind = $3`
