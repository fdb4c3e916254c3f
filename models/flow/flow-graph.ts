import type { Flow, FlowStep } from '../../schemas/flow.ts'

/** A flow by its steps' places in the list: who leads to whom. */
export interface FlowGraph {
  readonly steps: readonly FlowStep[]
  readonly initial: number
  /** Of each step, where its edges lead, in their order. */
  readonly targets: readonly (readonly number[])[]
}

/** The graph of a flow whose ids are unique and whose edges lead to steps that there are (rule 1). */
export function graphOf({ steps, initialStepID }: Flow): FlowGraph {
  const places = new Map(steps.map(({ id }, i) => [id, i]))
  return {
    steps,
    initial: places.get(initialStepID)!,
    targets: steps.map(({ events }) => events.map(({ nextStepID }) => places.get(nextStepID)!)),
  }
}

/** Which steps can be reached from some, themselves included. */
export function reachable(targets: readonly (readonly number[])[], from: readonly number[]): boolean[] {
  const reached = new Array<boolean>(targets.length).fill(false)
  const rest = [...from]
  for (const start of from) reached[start] = true
  for (let at = rest.pop(); at !== undefined; at = rest.pop())
    for (const next of targets[at]!) {
      if (reached[next]) continue
      reached[next] = true
      rest.push(next)
    }
  return reached
}

/** The steps of a way with the fewest, from one to another, both included; undefined where there is none. */
export function shortestWay({ targets }: FlowGraph, from: number, to: number): readonly number[] | undefined {
  const before = new Map([[from, -1]])
  for (const [at] of before) {
    if (at === to) break
    for (const next of targets[at]!) if (!before.has(next)) before.set(next, at)
  }
  if (!before.has(to)) return undefined
  const way: number[] = []
  for (let at = to; at !== -1; at = before.get(at)!) way.unshift(at)
  return way
}

/** The same edges the other way. */
export function reversed(targets: readonly (readonly number[])[]): number[][] {
  const back: number[][] = targets.map(() => [])
  targets.forEach((nexts, at) => {
    for (const next of nexts) back[next]!.push(at)
  })
  return back
}

/**
 * A way round over the edges that `stays` lets stand, as steps in their order, the last leading to the first; undefined where there is
 * none. Depth first with a stack of its own (CLRS §20.3: a cycle is where an edge leads back to a step that is being visited).
 */
export function cycleIn(
  targets: readonly (readonly number[])[],
  stays: (at: number, edge: number) => boolean,
): readonly number[] | undefined {
  const state = new Uint8Array(targets.length)
  for (let root = 0; root < targets.length; root++) {
    if (state[root] !== 0) continue
    const path = [{ at: root, edge: 0 }]
    state[root] = 1
    while (path.length > 0) {
      const top = path[path.length - 1]!
      const edge = top.edge++
      const next = targets[top.at]![edge]
      if (next === undefined) {
        state[top.at] = 2
        path.pop()
      } else if (!stays(top.at, edge) || state[next] === 2) continue
      else if (state[next] === 1) return path.slice(path.findIndex(({ at }) => at === next)).map(({ at }) => at)
      else {
        state[next] = 1
        path.push({ at: next, edge: 0 })
      }
    }
  }
  return undefined
}
