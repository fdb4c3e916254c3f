import { backOff } from '../models/back-off.ts'

/** Attempts that never reached the gateway, at most. With the delays below they span a quarter of an hour. */
export const ATTEMPTS = 10
const DELAYS = { firstMs: 1000, longestMs: 300_000 }

/** How long to wait after an attempt (counted from 1) that surely did not reach the gateway. */
export const retryDelay = (id: string, attempt: number): number => backOff(DELAYS, id, attempt)
