import { type Static, Type } from 'typebox'
import { Compile } from 'typebox/compile'
import { segments } from '../../../models/segments.ts'

/** The base that variants are compared with, by the same name. */
export const CONTROL = 'control'

/** What a shop thinks of doing: its conversion is told, or how much more often people buy with it (0.1 is a tenth more). */
export const Variant = Type.Object(
  {
    name: Type.String({ minLength: 1, maxLength: 200 }),
    /** All customers without. */
    segment: Type.Optional(Type.String()),
    conversion: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
    lift: Type.Optional(Type.Number({ minimum: -1, maximum: 1000 })),
    /** Of the price, 0–1. */
    discount: Type.Optional(Type.Number({ minimum: 0, maximum: 1 })),
    /** Of a message, in the major unit. */
    cost: Type.Optional(Type.Number({ minimum: 0, maximum: 1e9 })),
  },
  { additionalProperties: false },
)
export type Variant = Static<typeof Variant>

const MOST = 50
const variants = Compile(Type.Array(Variant, { minItems: 1, maxItems: MOST }))

/** Reads `--simulate`'s file, with or without a byte order mark. Throws an error whose message says which variant is wrong, and why. */
export function readVariants(text: string): readonly Variant[] {
  let found: unknown
  try {
    found = JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    throw new Error(`The variants are not JSON: ${(error as Error).message}.`)
  }
  if (!variants.Check(found)) {
    const [first] = variants.Errors(found)
    // TypeBox's word for a field that a closed object does not have.
    const why = first?.message === 'schema is false' ? 'is no field of a variant' : (first?.message ?? 'is wrong')
    throw new Error(
      `The variants are a JSON array of 1 to ${MOST} like { "name": "SMS", "segment": "At Risk", "conversion": 0.04 }; ${placeOf(first?.instancePath ?? '')} ${why}.`,
    )
  }
  const names = new Set([CONTROL])
  for (const [at, variant] of found.entries()) {
    const wrong = wrongWith(variant, names)
    if (wrong !== undefined) throw new Error(`Variant ${at + 1}, “${variant.name}”: ${wrong}`)
    names.add(variant.name)
  }
  return found
}

function placeOf(path: string): string {
  const [, at, field] = path.split('/')
  if (at === undefined) return 'the whole'
  return field === undefined ? `variant ${Number(at) + 1}` : `${field} of variant ${Number(at) + 1}`
}

function wrongWith({ name, segment, conversion, lift }: Variant, names: ReadonlySet<string>): string | undefined {
  if (names.has(name)) return 'the name is taken; give each its own, and none “control”.'
  if ((conversion === undefined) === (lift === undefined)) return 'tell either conversion or lift, one of the two.'
  if (segment !== undefined && !(segments as readonly string[]).includes(segment))
    return `there is no segment “${segment}”; segments are ${segments.join(', ')}.`
  return undefined
}
