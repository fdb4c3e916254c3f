import { EmbedderUnavailable } from '../../models/embedding/embedder.ts'
import type { Engine } from '../../streams/engine.ts'
import { lease } from '../../streams/lease.ts'
import type { Dispatcher } from '../../streams/processor.ts'
import type { TextFamily } from './text-family.ts'
import { type Heads, headsOf } from './text-sources.ts'
import { beginSpace, completeSpace, forgetOldSpaces, keepOnly, noteTrouble } from './text-spaces-table.ts'
import { type Passed, TextWalk } from './text-walk.ts'

/** How often it is asked whether something new was folded. */
const LOOK_MS = 500
/** And, though nothing was, whether a model is another by now. */
const ANEW_MS = 30_000
/** After so long in one go the ends are looked up anew: a slow family's backlog must not keep the others from what is new. */
const GO_MS = 2000
export const EMBEDDING_LEASE = { name: 'embeddings', ms: 30_000 } as const

export type EmbeddingParts = Pick<Engine, 'sql' | 'keyring' | 'clock' | 'meter' | 'journal' | 'warn'>

/**
 * Keeps every text's vectors up to date, of each family in its own space: what was folded since, and all there is where a space is new.
 * One instance at a time does. A family that cannot be asked is noted and asked again at the next look; the others go on.
 */
export function textEmbedding(parts: EmbeddingParts, families: readonly TextFamily[]): Dispatcher {
  const { sql, clock } = parts
  const held = lease(sql, clock, EMBEDDING_LEASE.name, EMBEDDING_LEASE.ms)
  /** Up to where all was done, and when. */
  let done = { to: '', at: Number.NEGATIVE_INFINITY }

  /** Answers whether there is more to do at once. */
  async function look(signal: AbortSignal): Promise<boolean> {
    const heads = await headsOf(sql)
    const to = JSON.stringify([...heads].map(([kind, ends]) => [kind, [...ends]]))
    const begun = clock.monotonic()
    if ((to === done.to && begun - done.at < ANEW_MS) || !(await held.mine())) return false
    const how = await catchUp(parts, families, heads, () => !signal.aborted && clock.monotonic() - begun < GO_MS)
    if (how === 'done') done = { to, at: begun }
    await held.giveBack()
    return how === 'cut short'
  }

  const close = () => Promise.all(families.map(family => family.close()))
  return {
    kind: 'dispatcher',
    name: 'embeddings',
    async run(signal) {
      const stop = () => void close()
      signal.addEventListener('abort', stop)
      try {
        await keepOnly(
          sql,
          families.map(({ name }) => name),
        )
        while (!signal.aborted) if (!(await look(signal))) await clock.sleep(LOOK_MS, signal)
      } finally {
        signal.removeEventListener('abort', stop)
        await close()
      }
    },
  }
}

/**
 * Takes every family past all texts before the heads, page by page in turn.
 * @param going asked after each round; false cuts it short
 * @returns `lacking` where a family could not be asked
 */
export async function catchUp(
  parts: EmbeddingParts,
  families: readonly TextFamily[],
  heads: Heads,
  going: () => boolean,
): Promise<'done' | 'lacking' | 'cut short'> {
  let lacking = false
  let under: readonly { readonly family: TextFamily; readonly walk?: TextWalk }[] = families.map(family => ({ family }))
  while (under.length > 0) {
    const on: { family: TextFamily; walk: TextWalk }[] = []
    for (const { family, walk } of under) {
      const next = await orTrouble(parts, family, going, async () => {
        const begun = walk ?? (await beginWalk(parts, family, heads))
        return (await onePage(parts, family, begun)) ? begun : undefined
      })
      if (next === 'unavailable') lacking = true
      else if (next !== undefined) on.push({ family, walk: next })
    }
    under = on
    if (under.length > 0 && !going()) return 'cut short'
  }
  return lacking ? 'lacking' : 'done'
}

/** What work answers, or `unavailable` of a family that cannot be asked now, which is noted. Its being stopped with us is no trouble. */
async function orTrouble<T>(
  { sql, clock, meter, warn }: EmbeddingParts,
  { name: family }: TextFamily,
  going: () => boolean,
  work: () => Promise<T>,
): Promise<T | 'unavailable'> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof EmbedderUnavailable)) throw error
    meter.gauge('embedder_up', { family }, 0)
    if (going() && (await noteTrouble(sql, family, error.message, clock.now())))
      warn('texts get no vectors of this family for now', { family, reason: error.message })
    return 'unavailable'
  }
}

/** One page of a walk; answers whether there was one. At its end the space takes its place. */
async function onePage(parts: EmbeddingParts, { name: family }: TextFamily, walk: TextWalk) {
  const { sql, clock, meter, journal } = parts
  const passed = await walk.step()
  meter.gauge('embedder_up', { family }, 1)
  if (passed !== undefined) {
    tellPassed(parts, family, walk.space, passed)
    return true
  }
  await noteTrouble(sql, family, undefined, clock.now())
  const { space } = walk
  if (await completeSpace(sql, family, space, clock.now()))
    journal.info('a space of text vectors is complete and in its place', { family, space })
  await forgetOldSpaces(sql, family, space, clock.now())
  return false
}

/** Counts what a page did, and tells which texts have no vector for good. */
export function tellPassed({ meter, warn }: EmbeddingParts, family: string, space: string, { vectors, refused }: Passed): void {
  meter.count('texts_embedded_total', { family }, vectors)
  for (const { kind, id, code } of refused) {
    meter.count('texts_refused_total', { family, code })
    warn('a text has no vector in this space: its model fails at it each time', { space, kind, id, code })
  }
}

async function beginWalk({ sql, keyring, clock }: EmbeddingParts, family: TextFamily, heads: Heads): Promise<TextWalk> {
  const embedder = await family.current()
  await beginSpace(sql, family.name, embedder, clock.now())
  return TextWalk.begin({ sql, keyring, family, embedder, walk: 'live', heads })
}
