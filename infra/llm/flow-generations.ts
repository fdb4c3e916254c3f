import type { Sql } from '../../streams/sql.ts'

/** How the making of a flow ended. */
export const generationOutcomes = ['planned', 'written', 'repaired', 'cached', 'fell_back', 'busy', 'abandoned'] as const
export type GenerationOutcome = (typeof generationOutcomes)[number]

/** One making of a flow, for the account. */
export interface FlowGeneration {
  readonly digest: string
  readonly description: string
  readonly model: string
  readonly outcome: GenerationOutcome
  readonly detail: string | undefined
  /** How often repair was asked for. */
  readonly rounds: number
  readonly tokens: number
  /** In millionths of what the account is billed in. */
  readonly cost: number
  readonly tookMs: number
}

export type KeepGeneration = (generation: FlowGeneration) => Promise<void>

/** Keeps it for good. */
export const flowGenerations =
  (sql: Sql): KeepGeneration =>
  async ({ digest, description, model, outcome, detail, rounds, tokens, cost, tookMs }) => {
    await sql.query(
      `INSERT INTO flow_generations (digest, description, model, outcome, detail, rounds, tokens, cost, took_ms)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [digest, description, model, outcome, detail?.slice(0, 2000) ?? null, rounds, tokens, cost, tookMs],
    )
  }
