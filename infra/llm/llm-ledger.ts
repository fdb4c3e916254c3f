import type { Sql } from '../../streams/sql.ts'
import { callCost, type LlmBudget, type LlmPrice } from './llm-price.ts'

export interface LlmCall {
  readonly purpose: string
  readonly digest: string
  readonly model: string
  /** The most it can take. */
  readonly tokensIn: number
  readonly tokensOut: number
}

export interface LlmEnd {
  readonly outcome: string
  readonly detail: string | undefined
  /** As the server told; what was kept for the call, where it told nothing though it may have taken them. */
  readonly usage: { readonly tokensIn: number; readonly tokensOut: number } | undefined
  readonly latencyMs: number
}

/** The account of all calls, and what bounds them: one budget for all instances, by the day. */
export interface LlmLedger {
  /** Keeps what the call can take out of the budget; undefined where that is not left. */
  begin(call: LlmCall): Promise<number | undefined>
  /** Answers what it took. */
  end(id: number, end: LlmEnd): Promise<{ readonly tokensIn: number; readonly tokensOut: number; readonly cost: number }>
}

/** Any number; whoever looks at the budget and writes holds it, so that two together do not spend what one may. */
const BUDGET_LOCK = 7_205_021
const DAY = 86_400_000

export function llmLedger(sql: Sql, budget: LlmBudget, price: LlmPrice | undefined): LlmLedger {
  return {
    begin: ({ purpose, digest, model, tokensIn, tokensOut }) =>
      sql.transaction(async tx => {
        await tx.query('SELECT pg_advisory_xact_lock($1)', [BUDGET_LOCK])
        const [spent] = await tx.query(SPENT)
        const cost = callCost(price, tokensIn, tokensOut)
        const left =
          'tokens' in budget
            ? (spent!.tokens as number) + tokensIn + tokensOut <= budget.tokens
            : (spent!.cost as number) + cost <= budget.money
        if (!left) return undefined
        const [row] = await tx.query(
          'INSERT INTO llm_calls (purpose, digest, model, tokens_in, tokens_out, cost) VALUES ($1, $2, $3, $4, $5, $6) RETURNING id',
          [purpose, digest, model, tokensIn, tokensOut, cost],
        )
        return row!.id as number
      }),
    async end(id, { outcome, detail, usage, latencyMs }) {
      const cost = usage === undefined ? null : callCost(price, usage.tokensIn, usage.tokensOut)
      const [row] = await sql.query(
        `UPDATE llm_calls SET outcome = $2, detail = $3, tokens_in = coalesce($4, tokens_in), tokens_out = coalesce($5, tokens_out),
           cost = coalesce($6, cost), latency_ms = $7 WHERE id = $1 RETURNING tokens_in, tokens_out, cost`,
        [id, outcome, detail ?? null, usage?.tokensIn ?? null, usage?.tokensOut ?? null, cost, latencyMs],
      )
      return { tokensIn: row!.tokens_in as number, tokensOut: row!.tokens_out as number, cost: row!.cost as number }
    },
  }
}

/** Of today, by the clock in UTC. */
const SPENT = `SELECT coalesce(sum(tokens_in + tokens_out), 0)::bigint AS tokens, coalesce(sum(cost), 0)::bigint AS cost FROM llm_calls
WHERE at >= (extract(epoch FROM clock_timestamp()) * 1000)::bigint / ${DAY} * ${DAY}`
