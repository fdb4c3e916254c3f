import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { Stack } from './stack.ts'

/** One series of an answer: its labels, and its values at each step. */
export interface Series {
  readonly metric: Readonly<Record<string, string>>
  readonly values: readonly (readonly [at: number, value: string])[]
}

/** A Prometheus that watches an instance of the test's. */
export interface Watching {
  /** What a query says of each second since the watching began. Throws what Prometheus says against it. */
  query(promql: string): Promise<readonly Series[]>
  /** The values of a label over series of the time since. */
  labelValues(label: string, match: string): Promise<readonly string[]>
  end(): void
}

/** Has the stack's Prometheus scrape instances, told apart by `instance`: their addresses. */
export function watchBy({ url, targets }: NonNullable<Stack['prometheus']>, instances: readonly string[]): Watching {
  const begun = Date.now() / 1000
  const file = join(targets, `${instances.join('-').replaceAll(/\W/g, '-')}.json`)
  writeFileSync(file, JSON.stringify([{ targets: instances }]))

  async function ask<T>(path: string, parameters: Readonly<Record<string, string>>): Promise<T> {
    const response = await fetch(`${url}/api/v1/${path}`, { method: 'POST', body: new URLSearchParams(parameters) })
    return answer<T>(response)
  }

  return {
    async query(query) {
      const range = { start: String(begun), end: String(Date.now() / 1000), step: '1' }
      return (await ask<{ result: Series[] }>('query_range', { query, ...range })).result
    },
    async labelValues(label, match) {
      const range = `start=${begun}&end=${Date.now() / 1000}&match[]=${encodeURIComponent(match)}`
      return answer(await fetch(`${url}/api/v1/label/${label}/values?${range}`))
    },
    end: () => rmSync(file, { force: true }),
  }
}

async function answer<T>(response: Response): Promise<T> {
  const told = (await response.json()) as { status: string; data: T; error?: string }
  if (told.status !== 'success') throw new Error(told.error)
  return told.data
}

const own = join(import.meta.dirname, '../../.stack/jars/prometheus/usr/bin')

/** The path of promtool: the one that is set, that of the stack, or the machine's; undefined where there is none. */
export function promtool(): string | undefined {
  const folders = [own, ...(process.env.PATH ?? '').split(delimiter)]
  return [process.env.PROMTOOL, ...folders.map(folder => join(folder, 'promtool'))].find(
    path => path !== undefined && path !== '' && existsSync(path),
  )
}
