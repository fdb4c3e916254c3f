import { fileURLToPath } from 'node:url'
import type { TextStep } from '../../../consumers/fill-text.ts'
import { sms } from '../../../consumers/sms.ts'
import type { SmsRules } from '../../../consumers/sms-admission.ts'
import { smsLedger } from '../../../infra/sms/ledger.ts'
import { migrate } from '../../../infra/sql/migrate.ts'
import { pgliteSql } from '../../../infra/sql/pglite-sql.ts'
import { phoneHasher } from '../../../models/phone-hash.ts'
import { smsOwner } from '../../../models/sms-owner.ts'
import type { SmsRequest } from '../../../schemas/records.ts'
import { systemClock } from '../../../streams/clock.ts'
import { sqlKeyring } from '../../../streams/keyring.ts'
import type { Sql } from '../../../streams/sql.ts'
import { State } from '../../../streams/state.ts'

export const migrations = fileURLToPath(new URL('../../../infra/migrations', import.meta.url))
export const phoneHash = phoneHasher('a secret of this test')

/** A database in memory with the schema. */
export async function freshSql(folder?: string): Promise<Sql> {
  const sql = await pgliteSql(folder === undefined ? {} : { folder })
  await migrate(sql, { folder: migrations })
  return sql
}

/** Empties what texts leave behind; then there is one customer, `ada`, who said yes to texts to this number. */
export const ADA = '+923001234567'
export async function onlyAda(sql: Sql): Promise<void> {
  await sql.script(
    'TRUNCATE sms_ledger, sms_results, opt_outs, customers, profiles, customer_keys, documents; UPDATE sms_slots SET token = NULL, lease_until = 0',
  )
  await customer(sql, 'ada', { phone: ADA, consent: 'granted' })
}

/** A shop that asks for nothing but consent. */
export const noRules: SmsRules = {
  quiet: undefined,
  caps: [],
  holdout: { share: 0, campaigns: new Map(), salt: '' },
  zone: 'Asia/Karachi',
}

export const ledgerWith = (sql: Sql, rules: SmsRules) => smsLedger(sql, { clock: systemClock, phoneHash, gateway: 'test', rules })
export const ledgerOn = (sql: Sql, rules: Partial<SmsRules> = {}) => ledgerWith(sql, { ...noRules, ...rules })

/** So many of each class. */
export const upTo = (texts: number) => ({ transactional: texts, marketing: texts })

/** A request as it stands on the topic. */
export interface Wanted extends Partial<Omit<SmsRequest, 'sealed'>> {
  readonly id: string
  readonly text?: string
  readonly to?: string
  /** Of a flow's text. */
  readonly step?: TextStep
}

/** Seals requests and folds them as the runner would: keys first, then the rows. */
export async function request(sql: Sql, wanted: readonly Wanted[], at = Date.now()): Promise<void> {
  const keyring = sqlKeyring(sql, systemClock)
  const requests = wanted.map(({ text = 'hello', to, step, ...rest }) => {
    const whose = to === undefined ? { customerId: 'ada' } : { recipient: phoneHash(to) }
    return {
      personal: { text, ...(to !== undefined && { to }), ...(step !== undefined && { step }) },
      value: { ...whose, class: 'transactional', requestedAt: at, ...rest } as SmsRequest,
    }
  })
  await keyring.create(requests.map(({ value }) => smsOwner(value)))
  await fold(
    sql,
    requests.map(({ value, personal }) => ({ ...value, sealed: keyring.seal(smsOwner(value), value.id, personal) })),
    at,
  )
}

/** Folds records of sms-requests and commits the state. */
export async function fold(sql: Sql, requests: readonly SmsRequest[], at: number): Promise<void> {
  const state = new State(sms.state, 1 << 20)
  const places = await state.prepare(
    sql,
    requests.map(event => ({ event, partition: 3 })),
  )
  for (const [offset, event] of requests.entries()) {
    const folded = sms.fold(state.get(places[offset]!), event, { partition: 3, offset, appendedAt: at, personal: undefined })
    if (folded.refused !== undefined) throw new Error(folded.refused.message)
    state.set(places[offset]!, folded.state)
  }
  await sql.transaction(tx => state.save(tx))
}

/** Writes what the `customers` fold would know of somebody. */
export async function customer(
  sql: Sql,
  id: string,
  { phone, consent, traits = {} }: { phone?: string; consent?: string; traits?: Readonly<Record<string, unknown>> },
): Promise<void> {
  const consents = consent === undefined ? {} : { sms: { state: consent, at: 1, id: 'c', source: 'test' } }
  await sql.query(
    `INSERT INTO customers (customer_id, partition, seq, orders, gross, net, affinities, consents) VALUES ($1, 0, 1, 0, 0, 0, '[]', $2::jsonb)
     ON CONFLICT (customer_id) DO UPDATE SET consents = excluded.consents`,
    [id, JSON.stringify(consents)],
  )
  await sql.query(
    `INSERT INTO profiles (customer_id, partition, phone, traits, stamps) VALUES ($1, 0, $2, $3::jsonb, '{}')
     ON CONFLICT (customer_id) DO UPDATE SET phone = excluded.phone, traits = excluded.traits`,
    [id, phone ?? null, JSON.stringify(traits)],
  )
}

/** STOP or START from a phone, as an inbound webhook writes it. */
export const stop = (sql: Sql, phone: string, stopped = true) =>
  sql.query(
    'INSERT INTO opt_outs (phone_hash, stopped) VALUES ($1, $2) ON CONFLICT (phone_hash) DO UPDATE SET stopped = excluded.stopped',
    [phoneHash(phone), stopped],
  )

export const statusOf = async (sql: Sql, id: string): Promise<unknown> =>
  (await sql.query('SELECT status FROM sms_ledger WHERE id = $1', [id]))[0]?.status

/** The statuses a request went through, with what was said of each. */
export const historyOf = async (sql: Sql, id: string): Promise<string[]> =>
  (await sql.query('SELECT status, detail FROM sms_results WHERE request_id = $1 ORDER BY n', [id])).map(
    ({ status, detail }) => `${status}${detail === null ? '' : `: ${detail}`}`,
  )

/** Slots that somebody holds. */
export const heldSlots = async (sql: Sql): Promise<number> =>
  (await sql.query('SELECT count(*) AS held FROM sms_slots WHERE token IS NOT NULL'))[0]!.held as number

/** Lets every lease end at once, as if its holders had been dead for long. */
export const endLeases = (sql: Sql) => sql.query('UPDATE sms_slots SET lease_until = 1 WHERE token IS NOT NULL')
