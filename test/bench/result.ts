/**
 * One line of `npm run bench -- NAME --json`. Rates are medians over the rounds; `ratio` is rate over baseline, of rounds measured in turns; where a
 * pace was set, the baseline's median latency over ours. */
export interface Result {
  readonly bench: string
  readonly case: string
  readonly rate: number
  readonly unit: string
  /** In the same unit, measured in the same run. */
  readonly baseline: number
  readonly ratio: number
  readonly baseline_of: string
  /** Of the rates of the rounds: (greatest − least) / median. */
  readonly spread: number
  readonly p50_ms?: number
  readonly p99_ms?: number
  /** Where a result has one, p99 is no share of what was measured. */
  readonly p95_ms?: number
  /** Of answers: how many may be used as they are, and how many are what was asked for. */
  readonly valid_percent?: number
  readonly faithful_percent?: number
  readonly baseline_p50_ms?: number
  readonly baseline_p99_ms?: number
  /** Of the process under test, in the round of the median. */
  readonly cpu_s?: number
}

/** One measurement. Latencies in ms. */
export interface Round {
  readonly rate: number
  readonly latencies?: readonly number[]
  readonly cpuSeconds?: number
}

/** Rounds of a case and of what it is compared with, as one result. */
export function resultOf(
  named: Pick<Result, 'bench' | 'case' | 'unit' | 'baseline_of'>,
  rounds: readonly Round[],
  baselines: readonly Round[],
): Result {
  const sorted = [...rounds].sort((a, b) => a.rate - b.rate)
  const middle = sorted[sorted.length >> 1]!
  const baseline = percentile(
    baselines.map(({ rate }) => rate),
    0.5,
  )
  const [ours, theirs] = [rounds, baselines].map(some => some.flatMap(({ latencies = [] }) => latencies))
  return {
    ...named,
    rate: middle.rate,
    baseline,
    ratio: middle.rate / baseline,
    spread: (sorted.at(-1)!.rate - sorted[0]!.rate) / middle.rate,
    ...(ours!.length === 0 ? {} : { p50_ms: percentile(ours!, 0.5), p99_ms: percentile(ours!, 0.99) }),
    ...(theirs!.length === 0 ? {} : { baseline_p50_ms: percentile(theirs!, 0.5), baseline_p99_ms: percentile(theirs!, 0.99) }),
    ...(middle.cpuSeconds === undefined ? {} : { cpu_s: middle.cpuSeconds }),
  }
}

/** The value that a share of all is at or below (nearest rank). */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]!
}
