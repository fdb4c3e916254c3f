import { EmbedderUnavailable } from '../../models/embedding/embedder.ts'
import { catchUp, type EmbeddingParts, tellPassed } from './text-embedding.ts'
import type { TextFamily } from './text-family.ts'
import { headsOf } from './text-sources.ts'
import { beginSpace } from './text-spaces-table.ts'
import { TextWalk } from './text-walk.ts'

/** How often what came meanwhile is embedded in between. */
const LIVE_MS = 1000
/** How often a model that failed at work is asked again, and for how long without a page: its pauses grow to a minute. */
const [ASK_MS, PATIENCE_MS] = [500, 300_000]

export interface AgainOptions {
  readonly fromStart: boolean
  readonly going: () => Promise<boolean>
  readonly onBegin: (space: string, resumed: boolean, left: number) => void
  readonly onProgress: (space: string, texts: number, left: number) => void
}

/** What was done to each space, and which families could not be asked. `refused` are texts that the model fails at each time. */
export interface EmbeddedAgain {
  readonly complete: boolean
  readonly spaces: readonly {
    readonly space: string
    readonly resumed: boolean
    readonly texts: number
    readonly vectors: number
    readonly refused: number
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
    const again = new OneFamily(parts, families, family, options)
    try {
      const ended = await again.run()
      complete &&= ended
    } catch (error) {
      if (!(error instanceof EmbedderUnavailable)) throw error
      troubles.push({ family: family.name, reason: error.message })
    }
    if (again.space !== undefined) spaces.push({ space: again.space, ...again.done })
  }
  if (complete) await catchUp(parts, families, await headsOf(parts.sql), () => true)
  return { complete, spaces, troubles, seconds: (parts.clock.monotonic() - begun) / 1000 }
}

/** One family's way past all texts, over as many processes of its model as it takes. */
class OneFamily {
  space: string | undefined
  readonly done = { resumed: false, texts: 0, vectors: 0, refused: 0 }
  private movedAt = 0
  private readonly parts: EmbeddingParts
  private readonly families: readonly TextFamily[]
  private readonly family: TextFamily
  private readonly options: AgainOptions

  constructor(parts: EmbeddingParts, families: readonly TextFamily[], family: TextFamily, options: AgainOptions) {
    this.parts = parts
    this.families = families
    this.family = family
    this.options = options
  }

  /** False when it is cut short. @throws EmbedderUnavailable, at once of a model that cannot be started */
  async run(): Promise<boolean> {
    const { clock } = this.parts
    for (;;) {
      try {
        return await this.onward()
      } catch (error) {
        const hopeless = this.space === undefined || clock.monotonic() - this.movedAt > PATIENCE_MS
        if (!(error instanceof EmbedderUnavailable) || hopeless) throw error
        await clock.sleep(ASK_MS)
        if (!(await this.options.going())) return false
      }
    }
  }

  /** From where it stands to the end. */
  private async onward(): Promise<boolean> {
    const { sql, clock } = this.parts
    const { going, onProgress } = this.options
    const walk = await this.walk()
    const ahead = this.done.texts + (await walk.left())
    let live = clock.monotonic()
    for (;;) {
      if (!(await going())) return false
      const passed = await walk.step()
      this.movedAt = clock.monotonic()
      if (passed === undefined) {
        await this.forget(walk.space)
        return true
      }
      tellPassed(this.parts, this.family.name, walk.space, passed)
      this.done.texts += passed.texts
      this.done.vectors += passed.vectors
      this.done.refused += passed.refused.length
      onProgress(walk.space, this.done.texts, Math.max(0, ahead - this.done.texts))
      if (clock.monotonic() - live < LIVE_MS) continue
      await catchUp(this.parts, this.families, await headsOf(sql), () => false)
      live = clock.monotonic()
    }
  }

  /** The first of a space, or another where a process ended: then it goes on where that one was. */
  private async walk(): Promise<TextWalk> {
    const { parts, family, options } = this
    const { sql, keyring, clock } = parts
    const embedder = await family.current()
    const { space } = embedder
    await beginSpace(sql, family.name, embedder, clock.now())
    const first = space !== this.space
    if (first && options.fromStart) await this.forget(space)
    const walk = await TextWalk.begin({ sql, keyring, family, embedder, walk: 'again', heads: await headsOf(sql) })
    if (!first) return walk
    this.space = space
    this.movedAt = clock.monotonic()
    Object.assign(this.done, { resumed: walk.resumed, texts: 0, vectors: 0, refused: 0 })
    options.onBegin(space, walk.resumed, await walk.left())
    return walk
  }

  private async forget(space: string): Promise<void> {
    await this.parts.sql.query("DELETE FROM text_cursors WHERE space = $1 AND walk = 'again'", [space])
  }
}
