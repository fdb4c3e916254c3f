import type { TextFamily } from '../../../infra/embeddings/text-family.ts'
import { vectorOf } from '../../../infra/embeddings/text-vectors-table.ts'
import { EmbedderUnavailable } from '../../../models/embedding/embedder.ts'
import { readsAsEnglish } from '../../../models/embedding/reads-as-english.ts'
import { systemClock as clock } from '../../../streams/clock.ts'
import { noJournal } from '../../../streams/journal.ts'
import { sqlKeyring } from '../../../streams/keyring.ts'
import { silent } from '../../../streams/meter.ts'
import { freshSql } from '../sms/sms-fixture.ts'

/** Texts of a shop in a database, as folds leave them. */
export async function textShop() {
  const sql = await freshSql()
  const keyring = () => sqlKeyring(sql, clock)
  return {
    sql,
    parts: () => ({ sql, keyring: keyring(), clock, meter: silent, journal: noJournal, warn: () => {} }),
    empty: () =>
      sql.script(
        'TRUNCATE products, documents, text_vectors, text_spaces, text_cursors, text_troubles, text_refusals, ownership, customer_keys, scanner_leases',
      ),
    /** A processor has folded a partition up to here. */
    folded: (writer: 'items' | 'customers', partition: number, next: number) => sql.query(FOLDED, [writer, partition, next]),
    product: (id: string, name: string | null, offset: number, partition = 0) =>
      sql.query(PRODUCT, [id, partition, name, offset]),
    /** So many at once, fifty at an offset, over twenty partitions. */
    async products(count: number) {
      await sql.query(PRODUCTS, [count])
      for (let partition = 0; partition < 20; partition++)
        await sql.query(FOLDED, ['items', partition, Math.ceil(count / 50) + 1])
    },
    async message(customerId: string, id: string, text: string, offset: number) {
      const keys = keyring()
      await keys.create([customerId])
      await sql.query(MESSAGE, [customerId, id, 1000 + offset, offset, keys.seal(customerId, id, { text })])
    },
    refusals: () =>
      sql.query('SELECT space, kind, customer_id, id, code FROM text_refusals ORDER BY space, kind, customer_id, id'),
    vectors: async () =>
      (await sql.query(VECTORS)).map(row => ({ ...row, vector: vectorOf(row.vector as Uint8Array) }) as StoredVector),
    /** space/kind/customer/id of every vector. */
    keys: async () => (await sql.query(VECTORS)).map(row => [row.space, row.kind, row.customer_id, row.id].join('/')),
  }
}

interface StoredVector {
  readonly space: string
  readonly kind: string
  readonly customer_id: string
  readonly id: string
  readonly vector: Float32Array
  readonly at: number
}

const FOLDED = `INSERT INTO ownership (processor, partition, owner, epoch, generation, next, committed_at) VALUES ($1, $2, '', 1, 1, $3, 0)
ON CONFLICT (processor, partition) DO UPDATE SET next = excluded.next`
const PRODUCT = `INSERT INTO products (product_id, partition, version, name, text_offset, available, stamps, trend_value, trend_at, norm, pairs)
VALUES ($1, $2, 1, $3, $4, true, '{}', 0, 0, 0, '[]')
ON CONFLICT (product_id) DO UPDATE SET name = excluded.name, text_offset = excluded.text_offset`
const PRODUCTS = `INSERT INTO products (product_id, partition, version, name, text_offset, available, stamps, trend_value, trend_at, norm, pairs)
SELECT 'p' || i, i % 20, 1, 'thing ' || i, i / 50, true, '{}', 0, 0, 0, '[]' FROM generate_series(1, $1::int) AS i`
const MESSAGE = `INSERT INTO documents (customer_id, id, partition, at, direction, log_offset, body)
VALUES ($1, $2, 0, $3, 'in', $4, jsonb_build_object('sealed', $5::text))`
const VECTORS = 'SELECT space, kind, customer_id, id, vector, at FROM text_vectors ORDER BY space, kind, customer_id, id'

/** A family of a model that can be taken away and exchanged. */
export function fickle(): TextFamily & { readonly state: FickleState } {
  const state = { down: false, version: 1, asked: 0 }
  return {
    state,
    name: 'minilm',
    takes: readsAsEnglish,
    close: async () => {},
    async current() {
      if (state.down) throw new EmbedderUnavailable('away')
      const { version } = state
      return {
        space: `minilm-${version}`,
        dims: 2,
        async embed(texts) {
          if (state.down) throw new EmbedderUnavailable('died')
          state.asked += texts.length
          return texts.map(text => Float32Array.from([version, text.length]))
        },
        refusal: () => undefined,
      }
    },
  }
}

interface FickleState {
  down: boolean
  version: number
  asked: number
}
