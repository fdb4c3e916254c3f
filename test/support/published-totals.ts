import { expect } from 'vitest'
import type { Digest } from '../../infra/cli/digest.ts'
import { runTarang } from './run-tarang.ts'

/** What public data comes to, as published: UCI Online Retail before 2011-10-01, CDNOW before 1997-10-01. */
export const onlineRetail = {
  customersWithPurchase: 3616,
  orders: 13_168,
  lines: 266_495,
  gross: '6192078.944',
  net: '5860987.494',
}
/** The same in 1/10,000 of a pound, as a plain fold has it. */
export const onlineRetailPlain = {
  customers: 3616,
  orders: 13_168,
  purchaseLines: 266_495,
  gross: 61_920_789_440,
  net: 58_609_874_940,
}
export const cdnow = { customers: 23_570, customersWithPurchase: 23_500, orders: 49_013, gross: '1723354.50' }

/** Replays a file, twice, and expects the totals, and the same digest after the second time. Answers the digest. */
export async function replayTwice(file: string, env: Readonly<Record<string, string>>, totals: Partial<Digest>): Promise<Digest> {
  const first = await replayAndDigest(file, env)
  expect(first).toMatchObject(totals)
  const second = await replayAndDigest(file, env)
  expect(second).toEqual(first)
  return first
}

/** Replays a file as a user would and asks for the digest. */
export async function replayAndDigest(file: string, env: Readonly<Record<string, string>>): Promise<Digest> {
  const replayed = await runTarang(['replay', file], env)
  expect(replayed.code, replayed.stderr).toBe(0)
  const digested = await runTarang(['digest', '--json'], env)
  expect(digested.code, digested.stderr).toBe(0)
  return JSON.parse(digested.stdout) as Digest
}
