import { EmbedderUnavailable } from '../../models/embedding/embedder.ts'
import { catchUp, type EmbeddingParts } from './text-embedding.ts'
import type { TextFamily } from './text-family.ts'
import { headsOf } from './text-sources.ts'
import { beginSpace } from './text-spaces-table.ts'
import { TextWalk } from './text-walk.ts'

/** How often what came meanwhile is embedded in between. */
const LIVE_MS = 1000

export interface AgainOptions {
  readonly fromStart: boolean
  readonly going: () => Promise<boolean>
  readonly onBegin: (space: string, resumed: boolean, left: number) => void
  readonly onProgress: (space: string, texts: number, left: number) => void
}

/** What was done to each space, and which families could not be asked. */
export interface EmbeddedAgain {
  readonly complete: boolean
  readonly spaces: readonly {
    readonly space: string
    readonly resumed: boolean
    readonly texts: number
    readonly vectors: number
  }[]
  readonly troubles: readonly { readonly family: string; readonly reason: string }[]
  readonly seconds: number
}

/**
 * Embeds every text of the shop anew, family by family, while what comes meanwhile is embedded too: whoever does this holds the lease
 * that instances embed under. How far it is stands in `text_cursors` until it is done, so that it can be cut short anywhere.
 */
export async function embedAgain(
  parts: EmbeddingParts,
  families: readonly TextFamily[],
  options: AgainOptions,
): Promise<EmbeddedAgain> {
  const begun = parts.clock.monotonic()
  const spaces: EmbeddedAgain['spaces'][number][] = []
  const troubles: { family: string; reason: string }[] = []
  let complete = true
  for (const family of families) {
    try {
      const done = await oneFamily(parts, families, family, options)
      spaces.push(done)
      complete &&= done.ended
    } catch (error) {
      if (!(error instanceof EmbedderUnavailable)) throw error
      troubles.push({ family: family.name, reason: error.message })
    }
  }
  if (complete) await catchUp(parts, families, await headsOf(parts.sql), () => true)
  return {
    complete,
    spaces: spaces.map(({ space, resumed, texts, vectors }) => ({ space, resumed, texts, vectors })),
    troubles,
    seconds: (parts.clock.monotonic() - begun) / 1000,
  }
}

async function oneFamily(
  parts: EmbeddingParts,
  families: readonly TextFamily[],
  family: TextFamily,
  { fromStart, going, onBegin, onProgress }: AgainOptions,
) {
  const { sql, keyring, clock } = parts
  const embedder = await family.current()
  const { space } = embedder
  await beginSpace(sql, family.name, embedder, clock.now())
  if (fromStart) await forget(parts, space)
  const walk = await TextWalk.begin({ sql, keyring, family, embedder, walk: 'again', heads: await headsOf(sql) })
  const { resumed } = walk
  const left = await walk.left()
  onBegin(space, resumed, left)
  let live = clock.monotonic()
  for (let texts = 0, vectors = 0; ; ) {
    if (!(await going())) return { space, resumed, texts, vectors, ended: false }
    const passed = await walk.step()
    if (passed === undefined) {
      await forget(parts, space)
      return { space, resumed, texts, vectors, ended: true }
    }
    texts += passed.texts
    vectors += passed.vectors
    onProgress(space, texts, Math.max(0, left - texts))
    if (clock.monotonic() - live < LIVE_MS) continue
    await catchUp(parts, families, await headsOf(sql), () => false)
    live = clock.monotonic()
  }
}

const forget = ({ sql }: EmbeddingParts, space: string) =>
  sql.query("DELETE FROM text_cursors WHERE space = $1 AND walk = 'again'", [space])
