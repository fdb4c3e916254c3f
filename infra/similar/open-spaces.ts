import { join } from 'node:path'
import type { CustomerSpace } from '../../models/similar/customer-space.ts'
import { type KeptVectorIndex, openVectorIndex } from '../vectors/open-vector-index.ts'
import type { Positions } from './changed-customers.ts'
import type { SpaceIndex } from './space-index.ts'

export interface OpenedSpace {
  readonly space: CustomerSpace
  readonly index: KeptVectorIndex
  /** Up to where its snapshot knows everybody; undefined where it begins with nothing. */
  readonly position: Positions | undefined
}

export interface SpacesSettings {
  /** Snapshots of each space are in a folder of their own here. */
  readonly dir: string
  /** For all spaces together. */
  readonly maxBytes: number
  readonly warn: (message: string, details: Readonly<Record<string, unknown>>) => void
}

/** As many are held at once: two of texts, one of behaviour, and one that is filled to take another's place. */
const SPACES = 4

/** Opens the index of a space from its last snapshot. One that cannot be read is told of and left: the space is filled from the tables. */
export async function openSpace(space: CustomerSpace, { dir, maxBytes, warn }: SpacesSettings): Promise<OpenedSpace> {
  const index = await openVectorIndex({
    space: space.name,
    dims: space.dims,
    // A label has one folder: the snapshot of another version of its model is refused by its name, and overwritten.
    dir: join(dir, space.label.replaceAll(/[^\w.-]/g, '_')),
    maxBytes: maxBytes / SPACES,
    onRefused: reason =>
      warn('a snapshot of customers alike is of no use; they are looked at anew', { space: space.name, reason }),
    onDegraded: reason => {
      if (reason !== undefined) warn('customers alike are found more slowly', { space: space.name, reason })
    },
  })
  const position = 'position' in index.origin ? index.origin.position : undefined
  return { space, index, position }
}

/** Each space as it is now, for the next start. `position` must lie before everything that is not in them. */
export async function saveSpaces(spaces: readonly SpaceIndex[], position: Positions): Promise<void> {
  for (const { index } of spaces) await index.snapshot(position)
}
