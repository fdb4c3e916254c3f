import type { TSchema } from 'typebox'
import { Comparison, Flow, FlowDuration, FlowEdge, flowSteps, LocalTime } from '../../../schemas/flow.ts'

/** JSON Schema as data. */
export type JsonSchema = { readonly [key: string]: unknown }

interface Node {
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly anyOf?: readonly Node[]
  readonly items?: Node
  readonly properties?: Readonly<Record<string, Node>>
  readonly required?: readonly string[]
  readonly pattern?: string
  readonly format?: string
  readonly $ref?: string
}

/** Of a step's fields those that stand by themselves, and those of its text; all others are in `more`. */
const alone = ['duration', 'after', 'condition']
const text = ['content', 'language', 'discount', 'link']
const around = ['id', 'type', 'events', 'label']

/**
 * A flow in what every server takes as structured output: closed objects, all fields required and those that may be absent nullable, and
 * nothing that is one of several shapes. It is made of schemas/flow.ts: a field that is added there is here, and `fromFlat` undoes it.
 * Steps are one object with the fields of all types, in groups, so that a step costs one `null` for a group and not one for each field;
 * conditions are a list of comparisons. Names for editors and what we write ourselves are left out.
 */
export function flatFlowSchema(): JsonSchema {
  const { properties, required } = Flow as Node
  const { steps: _, metadata: __, ...fields } = properties!
  const notes = { type: 'array', items: { type: 'string' } }
  return object({
    ...flatFields(fields, required),
    steps: { type: 'array', items: flatStep() },
    assumptions: notes,
    corrections: notes,
  })
}

function flatStep(): JsonSchema {
  const steps = (Object.values(flowSteps) as Node[]).flatMap(step => step.anyOf ?? [step])
  const fields: Record<string, JsonSchema> = {}
  for (const { properties = {} } of steps)
    for (const [name, field] of Object.entries(properties)) fields[name] = merged(fields[name], flat(field))
  const group = (names: readonly string[]) => Object.fromEntries(names.map(name => [name, nullable(fields[name]!)] as const))
  const more = Object.keys(fields).filter(name => ![...around, ...alone, ...text].includes(name))
  const { id: _, ...edge } = (FlowEdge as Node).properties!
  return object({
    id: fields.id!,
    type: fields.type!,
    text: nullable(object(group(text))),
    ...group(alone),
    more: nullable(object(group(more))),
    events: { type: 'array', items: object(flatFields(edge, (FlowEdge as Node).required)) },
  })
}

const object = (properties: Readonly<Record<string, JsonSchema>>): JsonSchema => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
})

function nullable(schema: JsonSchema): JsonSchema {
  const choices = schema.enum as readonly unknown[] | undefined
  return { ...schema, type: [schema.type, 'null'], ...(choices && { enum: [...choices, null] }) }
}

const flatFields = (fields: Readonly<Record<string, Node>>, required: readonly string[] = []): Record<string, JsonSchema> =>
  Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [name, required.includes(name) ? flat(field) : nullable(flat(field))]),
  )

function flat(schema: Node): JsonSchema {
  if (schema.$ref === 'Condition') return flatCondition()
  if (schema.anyOf !== undefined) return flatUnion(schema.anyOf)
  if (schema.enum !== undefined) return { type: 'string', enum: schema.enum }
  if (schema.const !== undefined) return { type: 'string', enum: [schema.const] }
  if (schema.type === 'array') return { type: 'array', items: flat(schema.items!) }
  if (schema.type === 'object') return object(flatFields(schema.properties!, schema.required))
  const description = WRITTEN.find(([same]) => same(schema))?.[1]
  // What may be anything is written as text; `fromFlat` reads numbers and truth in it.
  return { type: schema.type ?? 'string', ...(description && { description }) }
}

const WRITTEN: readonly (readonly [(schema: Node) => boolean, string])[] = [
  [({ pattern }) => pattern === (FlowDuration as Node).pattern, 'ISO 8601, such as P3D or PT12H; no months or years'],
  [({ pattern }) => pattern === (LocalTime as Node).pattern, 'HH:MM'],
  [({ format }) => format === 'date-time', 'ISO 8601 instant in UTC'],
]

/** Of several shapes one that holds all: objects become one with every field, scalars text; of a list or a word the list, where none is the word. */
function flatUnion(variants: readonly Node[]): JsonSchema {
  const objects = variants.filter(({ type }) => type === 'object')
  if (objects.length < variants.length) {
    const list = variants.find(({ type }) => type === 'array')
    return list === undefined ? { type: 'string' } : flat(list)
  }
  const fields: Record<string, JsonSchema> = {}
  for (const { properties = {} } of objects)
    for (const [name, field] of Object.entries(properties)) fields[name] = merged(fields[name], flat(field))
  const always = (name: string) => objects.every(({ required }) => required?.includes(name))
  return object(Object.fromEntries(Object.entries(fields).map(([name, field]) => [name, always(name) ? field : nullable(field)])))
}

/** The same field of two shapes: words of either. */
function merged(one: JsonSchema | undefined, other: JsonSchema): JsonSchema {
  if (one?.enum === undefined || other.enum === undefined) return one ?? other
  return { ...one, enum: [...new Set([...(one.enum as unknown[]), ...(other.enum as unknown[])])] }
}

/** A condition one level deep. */
function flatCondition(): JsonSchema {
  const ops = (Comparison as Node).anyOf!.flatMap(({ properties }) => properties!.op!.enum ?? [properties!.op!.const])
  const comparison = object({
    field: { type: 'string' },
    op: { type: 'string', enum: ops },
    values: { type: 'array', items: { type: 'string' }, description: 'one, and several with in and nin' },
    within: nullable(flat(FlowDuration as Node)),
  })
  return object({
    match: { type: 'string', enum: ['all', 'any', 'none'] },
    comparisons: { type: 'array', items: comparison },
  })
}

/** Which fields a step of this type has. */
export function fieldsOfStep(schema: TSchema): ReadonlySet<string> {
  const { anyOf, properties } = schema as Node
  return new Set([properties, ...(anyOf ?? []).map(variant => variant.properties)].flatMap(fields => Object.keys(fields ?? {})))
}
