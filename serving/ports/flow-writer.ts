import type { Flow, FlowMetadata } from '../../schemas/flow.ts'

/** How far a flow has got, for whoever waits for it: `round` counts from 1. */
export type FlowProgress =
  | { readonly type: 'planning' }
  | { readonly type: 'waiting' }
  | { readonly type: 'asking'; readonly model: string }
  | { readonly type: 'checking' }
  | { readonly type: 'repairing'; readonly round: number; readonly errors: readonly string[] }

/** A flow that passed its checks, and how it came to be (contracts/flow-rules.md, 9). */
export type WrittenFlow = Flow & { readonly metadata: FlowMetadata }

export interface FlowWriter {
  /**
   * A flow that passes its checks for any description, soon, whatever becomes of whoever is asked; undefined where so many wait already
   * that it would not be soon. `signal` is that nobody waits any more.
   */
  write(description: string, tell: (progress: FlowProgress) => void, signal: AbortSignal): Promise<WrittenFlow | undefined>
}
