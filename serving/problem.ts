import Type, { type Static } from 'typebox'
import { type ErrorCode, fixes } from '../schemas/error-codes.ts'

/** What is wrong with one place of a request: `pointer` is a JSON pointer into the body, or `/name` of a parameter. */
export const FieldError = Type.Object({ pointer: Type.String(), message: Type.String() })
export type FieldError = Static<typeof FieldError>

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8'

/** An error answer, RFC 9457. `code` is stable and `fix` says what the caller can do. */
export const Problem = Type.Object(
  {
    type: Type.String({ description: 'urn:tarang:problem:CODE' }),
    title: Type.String(),
    status: Type.Integer(),
    code: Type.String(),
    detail: Type.String(),
    fix: Type.String(),
    errors: Type.Optional(Type.Array(FieldError)),
  },
  { title: 'Problem', description: 'RFC 9457' },
)
export type Problem = Static<typeof Problem>

/** More members of a problem, beside those that every problem has. */
export type ProblemMembers = Readonly<Record<string, unknown>>

/** The body of an error answer. `detail` is about this occurrence and never holds a stack or a secret. */
export const problem = (status: number, code: ErrorCode, detail: string, members: ProblemMembers = {}): Problem => ({
  type: `urn:tarang:problem:${code}`,
  title: titleOf(code),
  status,
  code,
  detail,
  fix: fixes[code],
  ...members,
})

/** A problem to throw, where a reply is not at hand. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError'
  readonly problem: Problem
  constructor(body: Problem) {
    super(body.detail)
    this.problem = body
  }
}

/** `customer_unknown` → `Customer unknown`. */
const titleOf = (code: string): string => code.charAt(0).toUpperCase() + code.slice(1).replaceAll('_', ' ')
