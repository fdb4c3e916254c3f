import Type, { type Static } from 'typebox'
import { formatMoney } from '../models/money.ts'
import { type Rfm, scoreRfm } from '../models/rfm.ts'
import { segmentOf } from '../models/segments.ts'
import type { RfmCuts } from '../schemas/records.ts'

const Score = Type.Integer({ minimum: 1, maximum: 5 })

/** A customer's purchases as outsiders read them. Money is a decimal string. */
export const RfmView = Type.Object(
  {
    recencyDays: Type.Integer(),
    frequency: Type.Integer(),
    monetary: Type.String(),
    monetaryNet: Type.String(),
    r: Score,
    f: Score,
    m: Score,
    cutsVersion: Type.Integer(),
    segment: Type.String(),
    firstPurchaseAt: Type.String(),
    lastPurchaseAt: Type.String(),
  },
  { title: 'Rfm' },
)
export type RfmView = Static<typeof RfmView>

/** Facts under the newest cuts, as outsiders read them; null without a purchase. `asOf` in epoch ms. */
export function presentRfm(rfm: Rfm, cuts: RfmCuts, asOf: number): RfmView | null {
  const score = scoreRfm(rfm, cuts, asOf)
  if (score === null || rfm.firstAt === null || rfm.lastAt === null) return null
  return {
    recencyDays: score.recencyDays,
    frequency: rfm.orders,
    monetary: formatMoney(rfm.gross),
    monetaryNet: formatMoney(rfm.net),
    r: score.r,
    f: score.f,
    m: score.m,
    cutsVersion: cuts.version,
    segment: segmentOf(score.r, score.f),
    firstPurchaseAt: new Date(rfm.firstAt).toISOString(),
    lastPurchaseAt: new Date(rfm.lastAt).toISOString(),
  }
}
