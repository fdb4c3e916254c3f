import Type from 'typebox'
import { Count } from '../schemas/primitives.ts'
import { Lineage, Reason } from '../schemas/records.ts'

const nullable = <T extends Type.TSchema>(one: T) => Type.Union([one, Type.Null()])
const { event, choice, segment, rule } = Lineage.properties

export const StandingView = Type.Object(
  {
    by: Type.Union([Type.Literal('new'), Type.Literal('all'), Type.Literal('strategies')], {
      description:
        'Who put it there: the ranker’s judge of what is new to the customer, its judge of everything, or the live strategies’ weighed sum.',
    }),
    score: Type.Number({ description: 'Before rules and variety; a judge’s in spreads from the mean of all candidates.' }),
    grounds: Type.Array(
      Type.Object({
        name: Type.String(),
        value: nullable(Type.Number({ description: 'What was seen; null where it does not apply.' })),
        adds: Type.Number({ description: 'What of the score it is.' }),
      }),
      { description: 'What counts most, the strongest first.' },
    ),
    others: Type.Number({ description: 'What all other grounds add. With those told it makes the score.' }),
  },
  { title: 'Standing' },
)

/** What `presentLineage` gives, for the pages at /docs. */
export const LineageView = Type.Object(
  {
    recommendationId: Type.String(),
    customerId: Type.String(),
    asOf: Type.String(),
    events: Type.Object(
      {
        count: Count,
        last: nullable(event),
        position: nullable(Type.Object({ topic: Type.String(), partition: Count, offset: Count })),
      },
      { description: 'The list knows the first `count` steps of the customer, up to the last, which stands at `position`.' },
    ),
    views: Type.Object({ items: Count, cuts: Count }, { description: 'Versions of what was read of products and quintiles.' }),
    models: Type.Object(
      { ranker: nullable(Count), learning: nullable(Count), clicks: Type.Boolean() },
      { description: 'Versions of the ranker and of what was learnt online; whether the click model had a say in the order.' },
    ),
    choice: Type.Object({ variant: Type.String(), ...choice.properties }),
    rule: nullable(rule),
    features: Type.Object({ segment, context: Type.Record(Type.String(), Type.Number()) }),
    items: Type.Array(
      Type.Object({
        productId: Type.String(),
        score: Type.Number(),
        confidence: Type.Number(),
        purchased: Type.Boolean(),
        strategies: Type.Array(Reason, { description: 'The strongest first.' }),
        standing: nullable(StandingView),
      }),
    ),
  },
  { title: 'Lineage' },
)
