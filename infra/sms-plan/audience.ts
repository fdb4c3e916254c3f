import type { SmsRules } from '../../consumers/sms-admission.ts'
import type { Addressee } from '../../consumers/sms-plan.ts'
import type { PhoneHash } from '../../models/phone-hash.ts'
import { capsReach } from '../../models/sms-caps.ts'
import { profileLanguage } from '../../models/text/language-tag.ts'
import type { Sql, SqlRow } from '../../streams/sql.ts'
import { isStopped } from '../sms/begin-submit.ts'
import * as statements from '../sms/ledger-statements.ts'
import { type ProductValues, productValues } from './product-values.ts'
import { type SaidWords, saidWords } from './said-words.ts'

export interface AudienceOptions {
  readonly sql: Sql
  readonly phoneHash: PhoneHash
  readonly rules: SmsRules
  /** As which campaign the texts will go: those it holds out are told. */
  readonly campaign?: string | undefined
  /** Of customers by what they buy; all where none is named. */
  readonly segment: string | undefined
  /** Whether texts name products, which are then read too. */
  readonly withProducts: boolean
  /** ISO 4217, of prices. */
  readonly currency: string
}

/** Customers of one query: few enough that a page is little memory, many enough that queries cost nothing. */
const PAGE = 5000

/** A page, and what of the database is read once for all of them. */
interface Reading {
  readonly options: AudienceOptions
  readonly now: number
  readonly said: SaidWords
  /** Phones that several customers have; none where there are no caps. */
  readonly shared: ReadonlySet<string>
  readonly products: ProductValues | undefined
}

/**
 * Everybody a campaign would go to, page by page, with the facts the ledger would read right before each text. Each customer comes once.
 * What few have is read once (words by SMS, phones of several customers), what many have by the page.
 */
export async function* audience(options: AudienceOptions): AsyncGenerator<readonly Addressee[]> {
  const { sql, rules } = options
  const [clock] = await sql.query('SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now')
  const reading: Reading = {
    options,
    now: clock!.now as number,
    said: await saidWords(sql),
    shared: rules.caps.length === 0 ? new Set() : await sharedPhones(sql),
    products: options.withProducts ? productValues(sql, options.currency) : undefined,
  }
  for await (const rows of customerPages(options)) yield await addressees(reading, rows)
}

/** The customers themselves, by id, and what their profiles say. */
export async function* customerPages(
  options: Pick<AudienceOptions, 'sql' | 'segment' | 'withProducts'>,
): AsyncGenerator<readonly SqlRow[]> {
  const { sql, segment } = options
  const whose = segment === undefined ? [] : [segment]
  const page = (after: string) => sql.query(pageStatement(options), [after, PAGE, ...whose])
  for (let coming = page(''); ; ) {
    const rows = await coming
    if (rows.length === 0) return
    // The database reads the next one while this one is looked at; its failure is told when it is its turn.
    coming = page(rows.at(-1)!.customer_id as string)
    coming.catch(() => {})
    yield rows
  }
}

/**
 * $1 the last customer of the page before, $2 how many, $3 segment. That every table is read from there on has to be said of each: else a merge join
 * begins at the first customer, on every page.
 */
const pageStatement = ({ segment, withProducts }: Pick<AudienceOptions, 'segment' | 'withProducts'>): string => `
SELECT c.customer_id, c.consents->'sms'->>'state' AS consent, p.phone, p.traits->>'timeZone' AS zone, p.traits->>'city' AS city,
  p.traits->'properties'->>'country' AS country, p.traits->>'firstName' AS first_name, p.traits->>'language' AS language
  ${withProducts ? ", r.body->'items' AS items" : ''}
FROM customers c LEFT JOIN profiles p ON p.customer_id = c.customer_id AND p.customer_id > $1
${withProducts ? 'LEFT JOIN recommendations r ON r.customer_id = c.customer_id AND r.customer_id > $1' : ''}
WHERE c.customer_id > $1 ${segment === undefined ? '' : 'AND c.segment = $3'} ORDER BY c.customer_id LIMIT $2`

async function sharedPhones(sql: Sql): Promise<Set<string>> {
  const rows = await sql.query('SELECT phone FROM profiles WHERE phone IS NOT NULL GROUP BY phone HAVING count(*) > 1')
  return new Set(rows.map(row => row.phone as string))
}

async function addressees(reading: Reading, rows: readonly SqlRow[]): Promise<Addressee[]> {
  const { options, said, shared, now } = reading
  const needsHashes = said.byHash.size > 0 || options.rules.caps.length > 0
  const hashes = rows.map(({ phone }) => (needsHashes && typeof phone === 'string' ? options.phoneHash(phone) : undefined))
  const went = await wentOf(reading, rows, hashes)
  await reading.products?.learn(rows)
  return rows.map((row, at): Addressee => {
    const phone = text(row.phone)
    const hash = hashes[at]
    const facts = {
      class: 'marketing',
      seal: 'open',
      phone,
      customerId: row.customer_id as string,
      campaignId: options.campaign,
      consent: text(row.consent),
      stopped: phone !== undefined && isStopped(hash === undefined ? undefined : said.byHash.get(hash), said.byPhone.get(phone)),
      whereabouts: { timeZone: text(row.zone), city: text(row.city), country: text(row.country) },
      went: (hash === undefined ? undefined : went.get(hash)) ?? [],
      now,
    } as const
    return {
      facts,
      language: profileLanguage(text(row.language)),
      values: language => ({ first_name: text(row.first_name), ...reading.products?.of(row, language) }),
      sharedPhone: phone !== undefined && shared.has(phone) ? phone : undefined,
    }
  })
}

/** When marketing texts went to each phone of a page or to its customer, as caps count them. */
async function wentOf(
  { options: { sql, rules }, now }: Reading,
  rows: readonly SqlRow[],
  hashes: readonly (string | undefined)[],
): Promise<Map<string, number[]>> {
  const went = new Map<string, number[]>()
  if (rules.caps.length === 0) return went
  const known = rows.flatMap((row, at) => (hashes[at] === undefined ? [] : [[hashes[at], row.customer_id as string] as const]))
  const found = await sql.query(statements.went, [
    known.map(([hash]) => hash),
    known.map(([, customerId]) => customerId),
    now - capsReach(rules.caps),
  ])
  for (const row of found) {
    const hash = row.phone_hash as string
    const times = went.get(hash)
    if (times === undefined) went.set(hash, [row.begun_at as number])
    else times.push(row.begun_at as number)
  }
  return went
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined)
