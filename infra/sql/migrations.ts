import { fileURLToPath } from 'node:url'

/** Where the database comes from. */
export const migrations = { folder: fileURLToPath(new URL('../migrations', import.meta.url)) }
