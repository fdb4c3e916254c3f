import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe } from 'vitest'
import { skipLoudly } from './stack.ts'

const folder = join(import.meta.dirname, '../../.stack/tools')
const execute = promisify(execFile)

type Tool = 'docker-compose' | 'kustomize' | 'kubeconform'
type Run = (args: readonly string[], more?: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv }) => Promise<string>

/** The schemas of Kubernetes, as kubeconform is told where they are. */
export const kubernetesSchemas = join(folder, 'kubernetes/{{.ResourceKind}}{{.KindSuffix}}.json')

/** Describes tests that need programs of `infra/stack/tools`. `run` of each resolves to what it printed, and rejects with its complaints. */
export function describeTools<T extends Tool>(name: string, tools: readonly T[], tests: (run: Record<T, Run>) => void): void {
  const path = (tool: Tool) => join(folder, 'bin', tool)
  const missing = tools.filter(tool => !existsSync(path(tool)))
  const runs = tools.map((tool): [T, Run] => [
    tool,
    async (args, more) => (await execute(path(tool), [...args], { ...more, maxBuffer: 16 << 20 })).stdout,
  ])
  if (missing.length > 0) skipLoudly(name, `no ${missing.join(', ')}: install by \`infra/stack/tools install\``)
  else describe(name, () => tests(Object.fromEntries(runs) as Record<T, Run>))
}
