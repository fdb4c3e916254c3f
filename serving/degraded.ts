import Type from 'typebox'

/** There only where an answer is poorer than it could be: what was out of order, or not ready, when it was made. */
export const Degraded = Type.Optional(
  Type.Array(Type.String(), {
    description: 'What the answer had to do without, such as `embeddings`; left out where nothing is amiss.',
  }),
)
