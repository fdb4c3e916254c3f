import Type from 'typebox'
import { Compile } from 'typebox/compile'

const Cursor = Compile(Type.Tuple([Type.String(), Type.String({ minLength: 1, maxLength: 128 })]))

/** Where a page of a list ended: an opaque text that holds the list's name and the last key. */
export const encodeCursor = (list: string, lastKey: string): string =>
  Buffer.from(JSON.stringify([list, lastKey]), 'utf8').toString('base64url')

/** The last key in a cursor; undefined when it is not a cursor of that list. */
export function decodeCursor(list: string, cursor: string): string | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'))
    return Cursor.Check(value) && value[0] === list && !value[1].includes('\0') ? value[1] : undefined
  } catch {
    return undefined
  }
}
