import { createHash } from 'node:crypto'
import { productText } from '../../models/embedding/product-text.ts'
import type { TextKind } from '../../models/embedding/reads-as-english.ts'
import type { Keyring } from '../../streams/keyring.ts'
import type { Sql, SqlRow, Tx } from '../../streams/sql.ts'

/** After which text of a partition a walk goes on, in the order of the log. */
export interface Cursor {
  readonly offset: number
  readonly customerId: string
  readonly id: string
}

export const START: Cursor = { offset: -1, customerId: '', id: '' }

/** A text to embed. `at` in epoch ms, 0 of a product; `digest` tells two texts apart without telling what a message says. */
export interface FoundText extends Cursor {
  readonly partition: number
  readonly at: number
  readonly text: string
  readonly digest: string
}

/** A partition to read on in: after `cursor`, before the offset `next`. */
export interface Stretch {
  readonly partition: number
  readonly next: number
  readonly cursor: Cursor
}

/**
 * Where texts of a kind are. `writer` folds its partitions in order and commits rows together with its offset; so what stands before that
 * offset is whole, and rows that come later stand behind it. A cursor can never overtake one that is still to come.
 */
export interface TextSource {
  readonly kind: TextKind
  readonly writer: string
  /** The next texts of each stretch, at most `limit` apiece, in order. */
  read(sql: Sql, keyring: Keyring, stretches: readonly Stretch[], limit: number): Promise<FoundText[]>
  /** How many are left in these stretches. */
  count(sql: Sql, stretches: readonly Stretch[]): Promise<number>
}

const STRETCHES = `unnest($1::int[], $2::bigint[], $3::bigint[], $4::text[], $5::text[])
  AS c(partition, next, after_offset, after_customer, after_id)`
const PRODUCTS_BEYOND = `p.partition = c.partition AND p.text_offset < c.next
  AND (p.text_offset, p.product_id) > (c.after_offset, c.after_id)`
const MESSAGES_BEYOND = `m.partition = c.partition AND m.direction = 'in' AND m.body->>'sealed' IS NOT NULL AND m.log_offset < c.next
  AND (m.log_offset, m.customer_id, m.id) > (c.after_offset, c.after_customer, c.after_id)`
const IN_ORDER = 'ORDER BY partition, log_offset, customer_id, id'

const products: TextSource = {
  kind: 'product',
  writer: 'items',
  async read(sql, _, stretches, limit) {
    const rows = await sql.query(
      `SELECT c.partition, found.* FROM ${STRETCHES}, LATERAL (
        SELECT p.text_offset AS log_offset, '' AS customer_id, p.product_id AS id, 0::bigint AS at, p.name, p.category, p.brand, p.tags
        FROM products p WHERE ${PRODUCTS_BEYOND} ORDER BY p.text_offset, p.product_id LIMIT $6) found ${IN_ORDER}`,
      [...columnsOf(stretches), limit],
    )
    return rows.map(row => {
      const text = productText(describedBy(row))
      return { ...placeOf(row), text, digest: digestOf(text) }
    })
  },
  count: (sql, stretches) => countOf(sql, `products p WHERE ${PRODUCTS_BEYOND}`, stretches),
}

/** A message whose key is gone reads as empty. */
const messages: TextSource = {
  kind: 'message',
  writer: 'customers',
  async read(sql, keyring, stretches, limit) {
    const rows = await sql.query(
      `SELECT c.partition, found.* FROM ${STRETCHES}, LATERAL (
        SELECT m.log_offset, m.customer_id, m.id, m.at, m.body->>'sealed' AS sealed
        FROM documents m WHERE ${MESSAGES_BEYOND} ORDER BY m.log_offset, m.customer_id, m.id LIMIT $6) found ${IN_ORDER}`,
      [...columnsOf(stretches), limit],
    )
    await keyring.fetch(rows.map(row => row.customer_id as string))
    return rows.map(row => {
      const personal = keyring.open(row.customer_id as string, row.sealed as string)
      // The digest of what is sealed: that of a short text could be guessed.
      return { ...placeOf(row), text: String(personal?.text ?? ''), digest: digestOf(row.sealed as string) }
    })
  },
  count: (sql, stretches) => countOf(sql, `documents m WHERE ${MESSAGES_BEYOND}`, stretches),
}

export const textSources: readonly TextSource[] = [products, messages]

/** Up to which offset, by kind and partition, everything has been folded. */
export async function headsOf(tx: Tx): Promise<Heads> {
  const rows = await tx.query('SELECT processor, partition, next FROM ownership WHERE processor = ANY($1::text[])', [
    textSources.map(({ writer }) => writer),
  ])
  const of = (writer: string) => rows.filter(row => row.processor === writer)
  return new Map(
    textSources.map(({ kind, writer }) => [kind, new Map(of(writer).map(row => [row.partition as number, row.next as number]))]),
  )
}

export type Heads = ReadonlyMap<TextKind, ReadonlyMap<number, number>>

async function countOf(sql: Sql, beyond: string, stretches: readonly Stretch[]): Promise<number> {
  const [row] = await sql.query(
    `SELECT coalesce(sum(found.count), 0)::bigint AS count FROM ${STRETCHES}, LATERAL (SELECT count(*) FROM ${beyond}) found`,
    columnsOf(stretches),
  )
  return row!.count as number
}

const columnsOf = (stretches: readonly Stretch[]) => [
  stretches.map(({ partition }) => partition),
  stretches.map(({ next }) => next),
  stretches.map(({ cursor }) => cursor.offset),
  stretches.map(({ cursor }) => cursor.customerId),
  stretches.map(({ cursor }) => cursor.id),
]

const placeOf = (row: SqlRow) => ({
  partition: row.partition as number,
  offset: row.log_offset as number,
  customerId: row.customer_id as string,
  id: row.id as string,
  at: row.at as number,
})

const describedBy = ({ name, category, brand, tags }: SqlRow) => ({
  name: (name ?? undefined) as string | undefined,
  category: (category ?? undefined) as string | undefined,
  brand: (brand ?? undefined) as string | undefined,
  tags: (tags ?? undefined) as string[] | undefined,
})

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32)
