import { isUtf8 } from 'node:buffer'
import type { TSchema } from 'typebox'
import { Compile, type Validator } from 'typebox/compile'
import { storable } from '../schemas/storable.ts'
import { type Topic, wireSchema } from '../schemas/topic.ts'
import type { Mark } from './marks.ts'
import type { Unreadable } from './processor.ts'

/** What the codec asks of a schema registry. It throws when the registry does not answer; only an answer may say that an id is unknown. */
export interface SchemaRegistry {
  /** Registers (or finds) a topic's schema, and answers its id. */
  register(topic: string, schema: TSchema): Promise<number>
  /** True when the registry has a JSON schema of that id; false when it says there is none. */
  knows(id: number): Promise<boolean>
}

/** One record of a bundle. `mark` is there where a fold wrote it, `trace` where it is sampled. */
export interface BundleItem {
  readonly mark?: Mark
  readonly at: number
  readonly trace?: string
  readonly key: string
  readonly value: unknown
}

/** What bytes turned out to be. `ask`: written under a schema id not met before; `learn` it and decode again. */
export type Decoded =
  | { readonly value: unknown }
  | { readonly bundle: readonly BundleItem[] }
  | { readonly unreadable: Unreadable }
  | { readonly ask: number }

/** Records to bytes and back, checked against the topic's closed schema. */
export interface Codec {
  encode(topic: Topic, value: unknown): Buffer
  /** The same for a value, or a bundle of values, that is JSON text already. */
  frame(topic: Topic, json: string): Buffer
  /** Of an open topic only the JSON is read: its fold decides what it is. */
  decode(topic: Topic, bytes: Buffer): Decoded
  learn(id: number): Promise<void>
}

/** Confluent wire format: a zero, the schema id in four bytes (big-endian), then the JSON. */
const HEADER = 5

/**
 * Registers every topic's schema and builds the codec. Without a registry records are bare JSON, checked all the same.
 */
export async function openCodec(
  topics: readonly Topic[],
  nameOf: (topic: Topic) => string,
  registry?: SchemaRegistry,
): Promise<Codec> {
  const checks = new Map<string, Validator>(topics.map(topic => [topic.name, Compile(topic.schema)]))
  const ids = new Map<string, number>()
  if (registry !== undefined)
    for (const topic of topics) ids.set(topic.name, await registry.register(nameOf(topic), wireSchema(topic)))
  return codec(checks, ids, registry)
}

function codec(checks: Map<string, Validator>, ids: Map<string, number>, registry: SchemaRegistry | undefined): Codec {
  const known = new Set(ids.values())
  const unknown = new Set<number>()

  return {
    encode(topic, value) {
      return this.frame(topic, JSON.stringify(value))
    },

    frame(topic, json) {
      const id = ids.get(topic.name)
      if (id === undefined) return Buffer.from(json, 'utf8')
      const bytes = Buffer.allocUnsafe(HEADER + Buffer.byteLength(json))
      bytes.writeUInt8(0, 0)
      bytes.writeUInt32BE(id, 1)
      bytes.write(json, HEADER, 'utf8')
      return bytes
    },

    decode(topic, bytes) {
      let start = 0
      if (bytes.length > 0 && bytes[0] === 0) {
        if (bytes.length < HEADER) return unreadable('record_unreadable', `${bytes.length} bytes are too few for a schema id`)
        const id = bytes.readUInt32BE(1)
        if (unknown.has(id)) return unreadable('schema_unknown', `the registry knows no schema ${id}`)
        if (!known.has(id)) {
          if (registry === undefined) return unreadable('schema_unknown', `schema ${id} is named, and no registry is configured`)
          return { ask: id }
        }
        start = HEADER
      }
      if (!isUtf8(bytes.subarray(start))) return unreadable('json_invalid', 'not UTF-8')
      return read(topic, bytes.toString('utf8', start))
    },

    async learn(id) {
      if (registry === undefined) return
      if (await registry.knows(id)) known.add(id)
      else unknown.add(id)
    },
  }

  function read(topic: Topic, text: string): Decoded {
    let value: unknown
    try {
      value = JSON.parse(text)
    } catch (error) {
      return unreadable('json_invalid', `not JSON: ${(error as Error).message.slice(0, 200)}`)
    }
    if (topic.open) return { value }
    // In well-formed UTF-8 only an escape can spell what Postgres has no room for.
    if (text.includes('\\u') && !storableThroughout(value))
      return unreadable('character_invalid', 'a NUL character or half of a surrogate pair')
    const check = checks.get(topic.name)
    if (check === undefined) throw new Error(`topic ${topic.name} was not given to the codec`)
    if (topic.bundled && Array.isArray(value)) return readBundle(value, check)
    return check.Check(value) ? { value } : unreadable('record_invalid', explain(check, value))
  }
}

/** Only Tarang writes bundles, whole: of one that has a record which is none, nothing is believed. */
function readBundle(items: readonly unknown[], check: Validator): Decoded {
  for (const [i, item] of items.entries()) {
    if (!isItem(item)) return unreadable('record_invalid', `/${i} is no record of a bundle`)
    if (!check.Check(item.value)) return unreadable('record_invalid', `/${i}/value ${explain(check, item.value)}`)
  }
  return { bundle: items as readonly BundleItem[] }
}

function isItem(item: unknown): item is BundleItem {
  if (typeof item !== 'object' || item === null) return false
  const { mark, at, trace, key } = item as Partial<BundleItem>
  if (typeof key !== 'string' || !Number.isSafeInteger(at) || (trace !== undefined && typeof trace !== 'string')) return false
  return mark === undefined || (Array.isArray(mark) && mark.length === 2 && mark.every(Number.isSafeInteger))
}

function storableThroughout(value: unknown): boolean {
  if (typeof value === 'string') return storable(value)
  if (typeof value !== 'object' || value === null) return true
  return Object.entries(value).every(([name, inner]) => storable(name) && storableThroughout(inner))
}

const unreadable = (code: string, message: string): Decoded => ({ unreadable: { code, message } })

function explain(check: Validator, value: unknown): string {
  const errors = check.Errors(value).slice(0, 3)
  return errors.map(error => `${error.instancePath === '' ? '/' : error.instancePath} ${error.message}`).join('; ')
}
