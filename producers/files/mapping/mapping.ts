import Type, { type Static } from 'typebox'
import { clickKinds } from '../../../schemas/events.ts'
import { closed } from '../../../schemas/primitives.ts'

/** What a row may become: a purchase, a refund, or a click of a kind. */
export const kinds = ['purchase', 'refund', ...clickKinds] as const
export type Kind = (typeof kinds)[number]

const column = Type.String({ minLength: 1 })
const fixed = Type.Object({ value: Type.String({ minLength: 1 }) }, closed)
const outcome = Type.Enum([...kinds, 'skip'])
const optional = Type.Optional

/** How rows of a CSV file become events. Each description says what is expected, for whoever got it wrong. */
export const Mapping = Type.Object(
  {
    name: Type.String({
      pattern: '^[a-z][a-z0-9-]{0,31}$',
      description: 'a name for files of this kind in small letters, digits and dashes; it begins the ids of their events',
    }),
    delimiter: optional(Type.Enum([',', ';', '\t', '|'], { description: 'what stands between columns: "," ";" "\\t" or "|"' })),
    columns: optional(
      Type.Array(column, { minItems: 1, description: 'the names of the columns in their order, for a file without a header' }),
    ),
    decimal: optional(Type.Enum(['.', ','], { description: 'the decimal sign of its numbers, "." or ","' })),
    type: Type.Union(
      [
        Type.Enum(kinds),
        Type.Object({ column, values: Type.Record(Type.String(), outcome), otherwise: optional(outcome) }, closed),
      ],
      {
        description: `one of ${kinds.join(', ')} for every row, or { "column", "values": { "S": "purchase", "C*": "refund", … }, "otherwise" }, with "skip" for rows to leave out`,
      },
    ),
    customer: Type.Union([column, Type.Object({ column, integer: Type.Literal(true) }, closed)], {
      description: 'a column, or { "column", "integer": true } where 17850.0 stands for 17850',
    }),
    instant: Type.Object(
      {
        column: Type.Union([column, Type.Array(column, { minItems: 2, maxItems: 2 })]),
        format: Type.String({ minLength: 1 }),
        timeZone: optional(Type.String({ minLength: 1 })),
      },
      {
        ...closed,
        description:
          '{ "column": a column, or a list of the date\'s and the time\'s, "format": "iso", "unix", "unix-ms" or tokens such as "dd/MM/yyyy HH:mm", "timeZone": such as "Asia/Karachi"; UTC without one }',
      },
    ),
    id: optional(
      Type.String({ minLength: 1, description: 'a column that is different in every row; without one, row number and content' }),
    ),
    order: optional(Type.String({ minLength: 1, description: 'a column; without one every row is an order of its own' })),
    product: Type.Union([column, fixed], { description: 'a column, or { "value": "…" } for one product' }),
    quantity: optional(Type.Union([column, fixed], { description: 'a column, or { "value": "…" }; 1 without one' })),
    price: optional(Type.Union([column, fixed], { description: 'the column of the price of one piece, or { "value": "…" }' })),
    currency: optional(
      Type.Union([column, Type.Object({ value: Type.String({ pattern: '^[A-Z]{3}$' }) }, closed)], {
        description: 'a column, or { "value": "GBP" }; the currency of the shop without one',
      }),
    ),
    properties: optional(
      Type.Union([Type.Array(column), Type.Record(Type.String({ minLength: 1 }), column)], {
        description: 'columns to keep as they are: a list, or { "name": column }',
      }),
    ),
  },
  closed,
)
export type Mapping = Static<typeof Mapping>

/** Every column that a mapping names, by the field that names it. */
export function namedColumns({ type, customer, instant, id, order, product, quantity, price, currency, properties }: Mapping) {
  const named: [field: string, column: string][] = []
  const add = (field: string, source: string | { column: string } | { value: string } | undefined) => {
    if (typeof source === 'string') named.push([field, source])
    else if (source !== undefined && 'column' in source) named.push([field, source.column])
  }
  if (typeof type === 'object') add('type', type)
  add('customer', customer)
  for (const part of [instant.column].flat()) add('instant', part)
  for (const [field, source] of Object.entries({ id, order, product, quantity, price, currency })) add(field, source)
  for (const part of Object.values(properties ?? {})) add('properties', part)
  return named
}

/** Every kind of event that rows may become. */
export const kindsOf = ({ type }: Mapping): readonly Kind[] =>
  typeof type === 'string'
    ? [type]
    : [...Object.values(type.values), type.otherwise ?? 'skip'].filter(outcome => outcome !== 'skip')
