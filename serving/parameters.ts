import Type from 'typebox'
import { Problem } from './problem.ts'

/** An id in a path or a query: no control characters, which no id of ours has and Postgres takes in part only. */
export const IdParameter = Type.String({ minLength: 1, maxLength: 128, pattern: '^[^\\u0000-\\u001f\\u007f]+$' })

/** `?after=POSITION`: be at least that fresh. */
export const After = Type.Optional(
  Type.String({
    minLength: 1,
    maxLength: 1000,
    description: 'A position that an earlier answer gave: the answer is at least that fresh.',
  }),
)

const problemAnswer = (description: string) => ({ description, content: { 'application/problem+json': { schema: Problem } } })

/** Error answers for the pages at /docs. */
export const problems = {
  400: problemAnswer('The request does not fit'),
  401: problemAnswer('No key, or an unknown one'),
  403: problemAnswer('The key lacks the scope'),
  404: problemAnswer('Unknown'),
  409: problemAnswer('It stands otherwise by now'),
  412: problemAnswer('It was changed since it was read'),
  413: problemAnswer('Too large'),
  415: problemAnswer('Not declared as JSON'),
  428: problemAnswer('If-Match is missing'),
  429: problemAnswer('Too many requests; see Retry-After'),
  503: problemAnswer('Not just now; see Retry-After'),
} as const

/** Error answers that any route behind a key may give, and those named. */
export const answers = <S extends (keyof typeof problems)[]>(...statuses: S) =>
  Object.fromEntries(([...statuses, 401, 403, 429] as const).map(status => [status, problems[status]]))
