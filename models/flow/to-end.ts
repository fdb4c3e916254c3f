import type { Flow } from '../../schemas/flow.ts'

/** As in schemas/flow.schema.json. */
const MOST_STEPS = 200

/** A flow with an end step, its own or one that is added, and that step's id; undefined where no step can be added. */
export function toEnd(flow: Flow): { readonly flow: Flow; readonly id: string } | undefined {
  const there = flow.steps.find(({ type }) => type === 'end')
  if (there !== undefined) return { flow, id: there.id }
  if (!hasRoom(flow)) return undefined
  const id = freeId(flow, 'end')
  return { flow: { ...flow, steps: [...flow.steps, { id, type: 'end', events: [] }] }, id }
}

/** Whether so many steps can be added. */
export const hasRoom = ({ steps }: Flow, more = 1): boolean => steps.length + more <= MOST_STEPS

/** An id that no step of the flow has. */
export function freeId({ steps }: Flow, wanted: string): string {
  const taken = new Set(steps.map(({ id }) => id))
  for (let n = 1; ; n++) {
    const id = n === 1 ? wanted : `${wanted}-${n}`
    if (!taken.has(id)) return id
  }
}
