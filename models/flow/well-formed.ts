import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { Check } from 'typebox/value'
import { Flow, flowSteps, stepTypes } from '../../schemas/flow.ts'
import type { Finding } from './finding.ts'
import { tooLarge } from './json-bounds.ts'
import { mustBe } from './schema-words.ts'

const compiled = Compile(Flow)

/** More would not be read. */
const MOST = 100

/**
 * Whether a value is a flow by its schema, or everything that is wrong with it, field by field. Where the schema has a choice, the one that
 * the value means is taken (a step's by its type), so that messages name a field and not a choice.
 */
export function wellFormed(value: unknown): { readonly flow: Flow } | { readonly findings: readonly Finding[] } {
  const large = tooLarge(value)
  if (large !== undefined) return { findings: [{ code: 'flow_too_large', message: `The value ${large}.`, pointer: '' }] }
  if (compiled.Check(value)) return { flow: value as Flow }
  const findings = faults(Flow, value, { pointer: '', step: undefined, of: 'the flow' })
  const whole: Finding = { code: 'field_invalid', message: 'The value is not a flow by schemas/flow.schema.json.', pointer: '' }
  return { findings: findings.length > 0 ? findings.slice(0, MOST) : [whole] }
}

/** Where in a flow something stands, and what that is called. */
interface Place {
  readonly pointer: string
  readonly step: string | undefined
  readonly of: string
}

type Schema = TSchema & {
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly anyOf?: readonly Schema[]
  readonly items?: Schema
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly $ref?: string
  readonly $defs?: Readonly<Record<string, Schema>>
  readonly additionalProperties?: unknown
}

function faults(given: TSchema, value: unknown, place: Place, defs: Schema['$defs'] = {}): Finding[] {
  const schema = given as Schema
  if (schema.$ref !== undefined) {
    const all = schema.$defs ?? defs
    return faults(all[schema.$ref]!, value, place, all)
  }
  if (schema.anyOf !== undefined) return choiceFaults(schema.anyOf, value, place, defs)
  if (schema.properties !== undefined && isObject(value)) return objectFaults(schema, value, place, defs)
  if (schema.items !== undefined && Array.isArray(value)) {
    const own = Check({ ...schema, items: {} }, value) ? [] : [invalid(schema, value, place)]
    return [...own, ...value.flatMap((one, i) => faults(schema.items!, one, placeOf(place, i, one), defs))]
  }
  return Check(schema, value) ? [] : [invalid(schema, value, place)]
}

function objectFaults(schema: Schema, value: Readonly<Record<string, unknown>>, place: Place, defs: Schema['$defs']): Finding[] {
  const { properties = {}, required = [] } = schema
  const { step, pointer, of } = place
  const missing = required.filter(name => !Object.hasOwn(value, name))
  const unknown = schema.additionalProperties === false ? Object.keys(value).filter(name => !Object.hasOwn(properties, name)) : []
  return [
    ...missing.map((name): Finding => ({ code: 'field_missing', message: `${capital(of)} needs "${name}".`, pointer, step })),
    ...unknown.map((name): Finding => {
      const message = `${capital(of)} has a field ${shown(name)}, which there is not: take it out.`
      return { code: 'field_unknown', message, pointer: `${pointer}/${escaped(name)}`, step }
    }),
    ...Object.keys(properties)
      .filter(name => Object.hasOwn(value, name))
      .flatMap(name => faults(properties[name]!, value[name], fieldOf(place, name), defs)),
  ]
}

/** Of several schemas the one that is meant: by a step's type, by a field that has one value only, else where least is wrong. */
function choiceFaults(choices: readonly Schema[], value: unknown, place: Place, defs: Schema['$defs']): Finding[] {
  if (isObject(value) && choices.some(choice => choice === flowSteps.message)) return stepFaults(value, place)
  const tried = choices.map(choice => faults(choice, value, place, defs))
  if (tried.some(({ length }) => length === 0)) return []
  const scores = choices.map((choice, i) => meant(choice, value, defs) * 1000 - tried[i]!.length)
  const best = scores.indexOf(Math.max(...scores))
  return scores[best]! >= 0 || isObject(value) ? tried[best]! : [invalid({ anyOf: choices }, value, place)]
}

function stepFaults(value: Readonly<Record<string, unknown>>, place: Place): Finding[] {
  const { type } = value
  const { pointer, step, of } = place
  if (!Object.hasOwn(value, 'type')) return [{ code: 'field_missing', message: `${capital(of)} needs "type".`, pointer, step }]
  if (typeof type === 'string' && Object.hasOwn(flowSteps, type))
    return faults(flowSteps[type as keyof typeof flowSteps], value, place)
  const message = `${capital(of)} is of the type ${shown(type)}, which there is not: use one of ${stepTypes.join(', ')}.`
  return [{ code: 'step_type_unknown', message, pointer: `${pointer}/type`, step }]
}

/** How many of the fields by which choices are told apart say that it is this one. */
function meant(choice: Schema, value: unknown, defs: Schema['$defs']): number {
  const { properties, required = [] } = choice.$ref === undefined ? choice : defs![choice.$ref]!
  if (properties === undefined || !isObject(value)) return 0
  const telling = ['type', 'op'].filter(name => properties[name] !== undefined && Check(properties[name]!, value[name])).length
  return 2 * telling + (required.every(name => Object.hasOwn(value, name)) ? 1 : 0)
}

function invalid(schema: Schema | { anyOf: readonly Schema[] }, value: unknown, { pointer, step, of }: Place): Finding {
  return { code: 'field_invalid', message: `${capital(of)} must be ${mustBe(schema)}, and is ${shown(value)}.`, pointer, step }
}

const fieldOf = ({ pointer, step, of }: Place, name: string): Place => ({
  pointer: `${pointer}/${escaped(name)}`,
  step,
  of: of === 'the flow' ? `"${name}"` : `"${name}" of ${of}`,
})

function placeOf({ pointer, step, of }: Place, index: number, value: unknown): Place {
  const at = `${pointer}/${index}`
  if (pointer !== '/steps') return { pointer: at, step, of: `number ${index + 1} in ${of}` }
  const id = isObject(value) && typeof value.id === 'string' ? value.id.slice(0, 64) : undefined
  return { pointer: at, step: id, of: id === undefined ? `step number ${index + 1}` : `step ${shown(id)}` }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const escaped = (name: string): string => name.slice(0, 100).replace(/~/g, '~0').replace(/\//g, '~1')
const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1)

/** A value as a message may repeat it. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list'
  if (typeof value === 'object' && value !== null) return 'an object'
  if (typeof value !== 'string') return String(value)
  return JSON.stringify(value.length <= 60 ? value : `${value.slice(0, 60)}…`)
}
