import Type from 'typebox'
import { Compile } from 'typebox/compile'
import { checkFlow } from '../../models/flow/check-flow.ts'
import type { FlowShop } from '../../models/flow/flow-shop.ts'
import type { Cache } from '../../streams/cache.ts'
import type { Drafted } from './judge-flow.ts'

/** Flows that a model wrote and that may run, by the digest of what was asked. */
export interface KeptFlows {
  get(digest: string, shop: FlowShop, now: number): Promise<Drafted | undefined>
  keep(digest: string, drafted: Drafted): Promise<void>
}

/** Who describes a campaign again mostly does so the same day; later they may want another flow. */
const KEPT_MS = 86_400_000
const Kept = Compile(
  Type.Object({ flow: Type.Unknown(), assumptions: Type.Array(Type.String()), corrections: Type.Array(Type.String()) }),
)

/** In the cache that instances share; what comes out of it is checked like what a model wrote. */
export const keptFlows = (cache: Cache): KeptFlows => ({
  async get(digest, shop, now) {
    const bytes = await cache.get(digest)
    const kept = bytes && valueIn(bytes)
    if (!Kept.Check(kept)) return undefined
    const { passed, flow } = checkFlow(kept.flow, shop, { now })
    return passed && flow !== undefined ? { ...kept, flow } : undefined
  },
  keep: (digest, drafted) => cache.set(digest, Buffer.from(JSON.stringify(drafted)), KEPT_MS),
})

function valueIn(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'))
  } catch {
    return undefined
  }
}
