import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Place } from './files/lines.ts'

/** Where replays that were killed go on. A place may be behind what was sent, never ahead: what is sent again counts once. */
export interface Bookmarks {
  /** @param file what is in the file and how it is read */
  read(file: string): Promise<Place | undefined>
  keep(file: string, place: Place): Promise<void>
  remove(file: string): Promise<void>
}

/** Bookmarks as files of a folder. A killed process leaves the old one or the new one, never half of one. */
export function bookmarksIn(folder: string): Bookmarks {
  const pathOf = (file: string) => join(folder, `${file}.json`)
  return {
    async read(file) {
      const text = await readFile(pathOf(file), 'utf8').catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return undefined
        throw error
      })
      return text === undefined ? undefined : (JSON.parse(text) as Place)
    },
    async keep(file, place) {
      await mkdir(folder, { recursive: true })
      const path = pathOf(file)
      await writeFile(`${path}.new`, JSON.stringify(place))
      await rename(`${path}.new`, path)
    },
    remove: file => rm(pathOf(file), { force: true }),
  }
}
