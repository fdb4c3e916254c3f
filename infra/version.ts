import { readFileSync } from 'node:fs'

/** What package.json says this is. */
export const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }
