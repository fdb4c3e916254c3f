import { readFileSync } from 'node:fs'

const [first] = readFileSync(new URL('../../infra/cli/tarang.js', import.meta.url), 'utf8').split('\n') as [string]

/** The flags of Node that `tarang` is started with: what is measured or tortured must run as it does. */
export const nodeFlags: readonly string[] = first.split(' ').filter(word => word.startsWith('--'))
