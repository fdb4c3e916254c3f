import { spawnSync } from 'node:child_process'

/** Why somebody may not do something here, found by trying it; undefined where it works. */
export function refusal(what: string, [command, ...args]: readonly [string, ...string[]]): string | undefined {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' })
  return status === 0 ? undefined : `it would have to ${what}, and may not: ${(error?.message ?? stderr).trim()}`
}
