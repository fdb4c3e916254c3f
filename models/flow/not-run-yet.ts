import type { Flow } from '../../schemas/flow.ts'

/** Triggers that nobody tells of yet: products do not tell customers that they are back, or cheaper. */
const UNHEARD: readonly string[] = ['back_in_stock', 'price_drop']

/** What of a flow that passes the checker this version does not do yet, as sentences: such a flow would wait without end for what never comes. */
export const notRunYet = ({ trigger }: Flow): readonly string[] => [
  ...(trigger !== undefined && UNHEARD.includes(trigger.type)
    ? [`The trigger ${trigger.type} brings nobody in yet: products do not tell customers of it.`]
    : []),
]
