import type { Sql } from '../../streams/sql.ts'

/**
 * Customers by the thousand, made in the database: by their number some have no phone, a broken one, one that another has, no consent, no
 * name or no profile; some are of Urdu, some of Roman Urdu. A mixed thousand, the same every time.
 */
export async function manyCustomers(sql: Sql, count: number): Promise<void> {
  await sql.query(
    `INSERT INTO customers (customer_id, partition, seq, orders, gross, net, affinities, consents, segment)
     SELECT 'c' || lpad(n::text, 8, '0'), n % 12, 1, 0, 0, 0, '[]',
       CASE WHEN n % 10 = 0 THEN '{}' WHEN n % 10 = 1 THEN '{"sms":{"state":"revoked"}}' ELSE '{"sms":{"state":"granted"}}' END::jsonb,
       CASE WHEN n % 4 = 0 THEN 'Champions' ELSE 'Lost' END
     FROM generate_series(1, $1::integer) n`,
    [count],
  )
  await sql.query(
    `INSERT INTO profiles (customer_id, partition, phone, traits, stamps)
     SELECT 'c' || lpad(n::text, 8, '0'), n % 12,
       CASE WHEN n % 100 = 5 THEN NULL WHEN n % 100 = 6 THEN '+92300123' WHEN n % 100 = 7 THEN '+92301' || lpad((n - 5)::text, 7, '0')
         ELSE '+92301' || lpad(n::text, 7, '0') END,
       jsonb_strip_nulls(jsonb_build_object(
         'firstName', CASE n % 5 WHEN 0 THEN NULL WHEN 1 THEN 'عائشہ' ELSE 'Ayesha ' || chr(65 + n % 26) || 'khtar' END,
         'language', CASE n % 3 WHEN 0 THEN 'ur' WHEN 1 THEN 'roman-ur' END, 'city', 'Lahore')), '{}'
     FROM generate_series(1, $1::integer) n WHERE n % 100 <> 9`,
    [count],
  )
  await sql.script('ANALYZE customers; ANALYZE profiles')
}
