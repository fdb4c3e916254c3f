/** What came of a campaign's texts so far. Revenue is gross, in 1/10,000 of the major unit. */
export interface PastResponse {
  readonly campaignId: string
  /** Texts that went, and of these the ones that had a link of their own. */
  readonly sent: number
  readonly linked: number
  /** Of those with a link, how many a person followed. */
  readonly clicked: number
  /** Orders that are credited to it (last touch), and what they came to. */
  readonly orders: number
  readonly revenue: bigint
}

/** What may come of texts, and what that is said from. */
export interface ExpectedResponse {
  /** Texts whose link somebody follows, with 95 % bounds; null where no text so far had a link. */
  readonly clicks: { readonly expected: number; readonly low: number; readonly high: number } | null
  readonly orders: number
  /** In 1/10,000 of the major unit. */
  readonly revenue: bigint
  readonly basis: {
    readonly campaigns: readonly string[]
    readonly texts: number
    readonly linked: number
    readonly clicked: number
  }
}

/** 95 % of a normal distribution lie within so many standard deviations. */
const Z = 1.959964

/**
 * Texts to come, answered as all that went before were; null where none went. Bounds of the share are Wilson's (E. B. Wilson, "Probable inference, the law of
 * succession, and statistical inference", 1927); that other texts to other people are answered otherwise is in none of them.
 */
export function expectedResponse(
  past: readonly PastResponse[],
  texts: { readonly sent: number; readonly linked: number },
): ExpectedResponse | null {
  const sum = (of: (one: PastResponse) => number) => past.reduce((all, one) => all + of(one), 0)
  const [sent, linked, clicked] = [sum(one => one.sent), sum(one => one.linked), sum(one => one.clicked)]
  if (sent === 0) return null
  const revenue = past.reduce((all, one) => all + one.revenue, 0n)
  return {
    clicks: linked === 0 ? null : clicksOf(clicked, linked, texts.linked),
    orders: (sum(one => one.orders) / sent) * texts.sent,
    revenue: (revenue * BigInt(texts.sent)) / BigInt(sent),
    basis: { campaigns: past.map(({ campaignId }) => campaignId), texts: sent, linked, clicked },
  }
}

function clicksOf(clicked: number, linked: number, texts: number) {
  const share = clicked / linked
  const spread = Z * Math.sqrt((share * (1 - share)) / linked + Z ** 2 / (4 * linked ** 2))
  const [middle, whole] = [share + Z ** 2 / (2 * linked), 1 + Z ** 2 / linked]
  return {
    expected: share * texts,
    low: Math.max(0, ((middle - spread) / whole) * texts),
    high: Math.min(1, (middle + spread) / whole) * texts,
  }
}
