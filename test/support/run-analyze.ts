import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parse } from 'csv-parse/sync'
import { expect } from 'vitest'
import type { TableName } from '../../infra/analytics/table.ts'
import type { ShopFilePaths } from './public-shops.ts'
import { runTarang } from './run-tarang.ts'

export type Row = Readonly<Record<string, string>>

/** What `tarang analyze` wrote, read again. */
export interface Analysed {
  readonly folder: string
  readonly rfm: readonly Row[]
  table(name: TableName): Promise<readonly Row[]>
  json(name: string): Promise<Readonly<Record<string, unknown>>>
}

/** Runs `tarang analyze` on three files as a user would, and expects it to end well. */
export async function runAnalyze(paths: ShopFilePaths, folder: string, options: readonly string[] = []): Promise<Analysed> {
  await mkdir(folder, { recursive: true })
  const files = ['--customers', paths.customers, '--products', paths.products, '--transactions', paths.transactions]
  const { code, stderr } = await runTarang(['analyze', ...files, '--out', folder, ...options])
  expect(code, stderr).toBe(0)
  const rows = async (name: string): Promise<Row[]> =>
    parse(await readFile(join(folder, name), 'utf8'), { columns: true, bom: true })
  return {
    folder,
    rfm: await rows('rfm.csv'),
    table: name => rows(join('tables', `${name}.csv`)),
    json: async name => JSON.parse(await readFile(join(folder, name), 'utf8')),
  }
}
