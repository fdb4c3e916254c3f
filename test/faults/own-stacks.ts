import type { Fault } from './fault.ts'
import { type OwnStack, ownStack } from './own-stack.ts'

/** The stacks that faults need, each started when the first one does. */
export function ownStacks(say: (what: string) => void): AsyncDisposable & { for(fault: Fault): Promise<OwnStack> } {
  const started = new Map<boolean, Promise<OwnStack>>()
  return {
    for({ smallDisk = false }) {
      const there = started.get(smallDisk)
      if (there !== undefined) return there
      say(smallDisk ? 'starting a stack on a small disk' : 'starting a stack of its own')
      const own = ownStack({ smallDisk })
      started.set(smallDisk, own)
      return own
    },
    async [Symbol.asyncDispose]() {
      // One that did not come up has taken itself down.
      for (const own of await Promise.allSettled(started.values())) if (own.status === 'fulfilled') await own.value.down()
    },
  }
}
