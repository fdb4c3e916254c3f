import { Ajv } from 'ajv'
import formats from 'ajv-formats'
import type { FastifySchemaCompiler, FastifySchemaValidationError } from 'fastify'
import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'

/** Past this many, what is wrong with a body is clear. */
const MAX_ERRORS = 20

/**
 * How requests are checked. Bodies by TypeBox, as they came: nothing is coerced, nothing is taken away.
 * Parameters by ajv, because they come as text: `?limit=5` is a number, and what is left out has its default.
 *
 * @param bodies `any`: a body's schema is for the pages at /docs alone, as its parts are checked one by one further on
 */
export function requestValidator(bodies: 'checked' | 'any' = 'checked'): FastifySchemaCompiler<TSchema> {
  const ajv = formats.default(new Ajv({ coerceTypes: true, useDefaults: true, allErrors: true, strict: false }))
  return ({ schema, httpPart }) => {
    if (httpPart !== 'body') return ajv.compile(schema)
    return bodies === 'any' ? () => true : bodyCheck(schema)
  }
}

function bodyCheck(schema: TSchema): ReturnType<FastifySchemaCompiler<TSchema>> {
  const compiled = Compile(schema)
  const check = (data: unknown) => {
    if (compiled.Check(data)) return true
    check.errors = compiled.Errors(data).slice(0, MAX_ERRORS) as FastifySchemaValidationError[]
    return false
  }
  check.errors = null as FastifySchemaValidationError[] | null
  return check
}
