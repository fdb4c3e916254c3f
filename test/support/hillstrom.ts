import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { parse } from 'csv-parse/sync'
import { sharedData } from './shared-data.ts'

/** Hillstrom's e-mail test, a record a customer. */
export const hillstromRows = (): Record<string, string>[] =>
  parse(gunzipSync(readFileSync(sharedData('hillstrom.csv.gz'))), { columns: true }) as Record<string, string>[]
