import { decodeCursor, encodeCursor } from './cursor.ts'
import { ProblemError, problem } from './problem.ts'

/** The number behind which a page begins, undefined for the first; throws the problem of a cursor that is not one of that list. */
export function pageFrom(list: string, cursor: string | undefined): number | undefined {
  if (cursor === undefined) return undefined
  const key = decodeCursor(list, cursor)
  if (key !== undefined && /^\d{1,15}$/.test(key)) return Number(key)
  throw new ProblemError(problem(400, 'cursor_invalid', `The cursor is not one of this list, ${list}.`))
}

/** A page of those found, of which one more was asked for than it has, and the cursor of the next. */
export function pageOf<T extends { readonly seq: number }>(list: string, found: readonly T[], limit: number) {
  const page = found.slice(0, limit)
  const last = page.at(-1)
  return { page, nextCursor: found.length > limit && last !== undefined ? encodeCursor(list, String(last.seq)) : null }
}
