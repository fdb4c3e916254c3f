import { readFile } from 'node:fs/promises'
import { Compile } from 'typebox/compile'
import { shown } from '../../../schemas/refusal.ts'
import { ReplayRefused } from '../../replay-refused.ts'
import { instantReader } from './instant-reader.ts'
import { kindsOf, Mapping } from './mapping.ts'

const checked = Compile(Mapping)

/** Reads a mapping file; throws `mapping_invalid` with the whole list of what is wrong with it. */
export async function readMapping(path: string): Promise<Mapping> {
  const text = await readFile(path, 'utf8')
  const { mapping, problems } = checkMapping(text)
  if (mapping !== undefined) return mapping
  const list = problems.map(problem => `  - ${problem}`).join('\n')
  throw new ReplayRefused('mapping_invalid', `${path} is no mapping as it stands:\n${list}`)
}

/** A mapping, or everything that keeps a text from being one. */
export function checkMapping(
  text: string,
): { mapping: Mapping; problems?: undefined } | { mapping?: undefined; problems: string[] } {
  let raw: unknown
  try {
    raw = JSON.parse(text)
  } catch (error) {
    return { problems: [`it is not JSON: ${(error as Error).message}`] }
  }
  if (!checked.Check(raw)) return { problems: shapeProblems(raw) }
  const problems = senseProblems(raw)
  return problems.length === 0 ? { mapping: raw } : { problems }
}

/** One sentence per field, by what its schema describes: what the checker itself says of a choice of shapes helps nobody. */
function shapeProblems(raw: unknown): string[] {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return [`expected an object, got ${shown(raw)}`]
  const fields = Mapping.properties as Record<string, { description?: string }>
  const given = raw as Record<string, unknown>
  const missing = Mapping.required
    .filter(name => given[name] === undefined)
    .map(name => `${name} is missing: expected ${fields[name]?.description}`)
  const unknown = Object.keys(given).filter(name => !(name in fields))
  const wrong = new Set(checked.Errors(raw).map(({ instancePath }) => instancePath.split('/')[1] ?? ''))
  return [
    ...missing,
    ...unknown.map(name => `${name} is no field of a mapping; known are ${Object.keys(fields).join(', ')}`),
    ...[...wrong]
      .filter(name => name in fields && given[name] !== undefined)
      .map(name => `${name}: expected ${fields[name]?.description}; got ${shownWhole(given[name])}`),
  ]
}

const shownWhole = (value: unknown): string => {
  const text = JSON.stringify(value)
  return text.length > 120 ? `${text.slice(0, 120)}…` : text
}

/** What a schema cannot say. */
function senseProblems(mapping: Mapping): string[] {
  const problems: string[] = []
  const reader = instantReader(mapping.instant)
  if (typeof reader === 'string') problems.push(`instant: ${reader}`)
  const sold = kindsOf(mapping).filter(kind => kind === 'purchase' || kind === 'refund')
  if (sold.length > 0 && mapping.price === undefined)
    problems.push(`price is missing: a ${sold[0]} has one; name its column, or give { "value": "…" }`)
  if (kindsOf(mapping).length === 0) problems.push('type: every row would be left out')
  return problems
}
