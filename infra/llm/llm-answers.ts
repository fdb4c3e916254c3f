import type { Sql } from '../../streams/sql.ts'

/** Answers that passed their checks, by the digest of what was asked; of all instances. */
export interface LlmAnswers {
  get(digest: string): Promise<string | undefined>
  keep(digest: string, model: string, answer: string): Promise<void>
}

export const llmAnswers = (sql: Sql): LlmAnswers => ({
  async get(digest) {
    const [row] = await sql.query("SELECT answer->>'text' AS text FROM llm_answers WHERE digest = $1", [digest])
    return (row?.text as string | undefined) ?? undefined
  },
  async keep(digest, model, answer) {
    await sql.query(
      `INSERT INTO llm_answers (digest, model, answer) VALUES ($1, $2, $3::jsonb)
       ON CONFLICT (digest) DO UPDATE SET answer = excluded.answer, at = excluded.at`,
      [digest, model, JSON.stringify({ text: answer })],
    )
  },
})
