import type { Sql, SqlRow } from '../../streams/sql.ts'
import { type Word, wordOf } from '../sms/begin-submit.ts'

/** Who said STOP or START by SMS: as it stands on the phone's own row, and as whoever has the phone wrote it last. */
export interface SaidWords {
  readonly byHash: ReadonlyMap<string, Word>
  readonly byPhone: ReadonlyMap<string, Word>
}

/** Read whole: few ever say either. */
export async function saidWords(sql: Sql): Promise<SaidWords> {
  const rows = await sql.query('SELECT phone_hash, stopped, since FROM opt_outs WHERE stopped OR since IS NOT NULL')
  const written = await sql.query(`SELECT q.phone, d.keyword, d.at FROM (
    SELECT DISTINCT ON (customer_id) customer_id, keyword, at, id FROM documents WHERE keyword IN ('stop', 'start')
    ORDER BY customer_id, at DESC, id DESC) d JOIN profiles q ON q.customer_id = d.customer_id
    WHERE q.phone IS NOT NULL ORDER BY d.at, d.id`)
  return {
    byHash: new Map(rows.map(row => [row.phone_hash as string, wordOf(row)])),
    byPhone: new Map(written.map(row => [row.phone as string, keywordOf(row)])),
  }
}

const keywordOf = ({ keyword, at }: SqlRow): Word => ({ stopped: keyword === 'stop', at: at as number })
