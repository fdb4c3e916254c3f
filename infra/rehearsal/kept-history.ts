import { sealOf } from '../../consumers/flows.ts'
import type { HistoryRecord } from '../../consumers/rehearsal.ts'
import type { Personal } from '../../schemas/events.ts'
import type { CustomerChange, CustomerChangeOrCampaign } from '../../schemas/records.ts'
import { customerChanges } from '../../schemas/topics.ts'
import type { Codec } from '../../streams/codec.ts'
import { decodeBatch, type Read } from '../../streams/decode-batch.ts'
import type { Keyring } from '../../streams/keyring.ts'
import type { Log, Membership } from '../../streams/log.ts'
import type { TopicNames } from '../../streams/topic-names.ts'

export interface HistoryReader {
  readonly log: Log
  readonly names: TopicNames
  readonly codec: Codec
  readonly keyring: Pick<Keyring, 'fetch' | 'open'>
}

/** Records asked for in one go, over all partitions. */
const PAGE = 200
const WAIT_MS = 1000
/** So many records of a partition are held while others are behind it in time; what comes beyond is asked for again. */
const HELD = 10_000
/** An event that is appended so long after it happened is replayed from a file, as are those after it until one was appended at once. */
const REPLAYED_MS = 86_400_000
const AT_ONCE_MS = 60_000

/** How much of it was read, and since when (epoch ms) it is kept whole: 0 where nothing was deleted. */
export interface HistoryProgress {
  readonly read: number
  readonly all: number
  readonly keptSince: number
}

export interface ReadingOptions {
  readonly onProgress?: (progress: HistoryProgress) => void
  /** Nobody waits any more: reading ends with its reason, a second later at most. */
  readonly signal?: AbortSignal
}

interface Lane {
  readonly partition: number
  readonly end: number
  /** Where to read on. */
  next: number
  held: HistoryRecord[]
  at: number
  /** Records beyond what is held were let go: reading goes on from `next` once there is room. */
  paused: boolean
  /** The instant of its last event, and whether that was replayed. */
  clock: number
  replayed: boolean
}

/**
 * What is on `customer-changes` at the moment of the call, merged over its partitions by when it came, each partition in its own order. What only campaigns
 * of the past led to is left out (their words, their questions, timers, answers of the allocator): a rehearsal has its own.
 *
 * An event that says it is of a time to come counts as of when it was appended, as for `flows`. What was appended came then; in a history that was
 * replayed from a file everything came when it happened, and a change of segment, which happens when new cuts are told, with the events around it.
 */
export async function* keptHistory(
  reader: HistoryReader,
  { onProgress = () => {}, signal }: ReadingOptions = {},
): AsyncGenerator<readonly HistoryRecord[]> {
  const topic = reader.names.of(customerChanges)
  const bounds = await reader.log.offsets(topic)
  const lanes = bounds
    .map(
      ({ start, end }, partition): Lane => ({
        partition,
        end,
        next: start,
        held: [],
        at: 0,
        paused: false,
        clock: Number.NEGATIVE_INFINITY,
        replayed: false,
      }),
    )
    .filter(({ next, end }) => next < end)
  if (lanes.length === 0) return
  const all = bounds.reduce((sum, { start, end }) => sum + end - start, 0)
  let keptSince = 0
  const member = await reader.log.follow([topic])
  try {
    for (;;) {
      const ready = merged(lanes)
      if (ready.length > 0) yield ready
      if (lanes.every(isDone)) return
      for (const lane of lanes) if (lane.paused && left(lane) === 0) resume(member, topic, lane)
      signal?.throwIfAborted()
      const told = await member.next(PAGE, WAIT_MS)
      if (told?.type === 'assigned') for (const lane of lanes) resume(member, topic, lane)
      if (told?.type !== 'records') continue
      for (const { partition, from, reads, next } of (await decodeBatch(reader.codec, customerChanges, told.batches)).slices) {
        const lane = lanes.find(one => one.partition === partition)
        if (lane === undefined || lane.paused || lane.next >= lane.end || from !== lane.next) continue
        const own = reads.filter(({ record }) => record.offset < lane.end)
        if (bounds[partition]!.start > 0 && from === bounds[partition]!.start) keptSince = Math.max(keptSince, own[0]?.at ?? 0)
        if (left(lane) > HELD) {
          lane.paused = true
          continue
        }
        lane.next = next
        hold(lane, await opened(reader, own, lane))
      }
      onProgress({ read: all - lanes.reduce((sum, lane) => sum + Math.max(0, lane.end - lane.next), 0), all, keptSince })
    }
  } finally {
    await member.leave()
  }
}

const left = ({ held, at }: Lane): number => held.length - at
const isDone = (lane: Lane): boolean => lane.next >= lane.end && left(lane) === 0

function resume(member: Membership, topic: string, lane: Lane): void {
  lane.paused = false
  if (lane.next < lane.end) member.start({ topic, partition: lane.partition, offset: lane.next })
}

function hold(lane: Lane, records: readonly HistoryRecord[]): void {
  lane.held = [...lane.held.slice(lane.at), ...records]
  lane.at = 0
}

/** The records that come before whatever may still come: as long as every partition that is not through has one. */
function merged(lanes: readonly Lane[]): HistoryRecord[] {
  const found: HistoryRecord[] = []
  for (;;) {
    let first: Lane | undefined
    for (const lane of lanes) {
      if (left(lane) === 0) {
        if (lane.next < lane.end) return found
        continue
      }
      if (first === undefined || lane.held[lane.at]!.cameAt < first.held[first.at]!.cameAt) first = lane
    }
    if (first === undefined) return found
    found.push(first.held[first.at++]!)
  }
}

/** Records as a rehearsal meets them, their seals opened as far as flows read them. Whose key is gone is met without what it sealed. */
async function opened({ keyring }: HistoryReader, reads: readonly Read[], lane: Lane): Promise<HistoryRecord[]> {
  const changes = reads.flatMap(({ outcome, at }) => {
    const change = 'value' in outcome ? changeIn(outcome.value as CustomerChangeOrCampaign) : undefined
    return change === undefined ? [] : [{ change, appendedAt: at, seal: sealOf(change) }]
  })
  await keyring.fetch(changes.flatMap(({ seal }) => (seal === undefined ? [] : [seal.owner])))
  return changes.map(({ change, appendedAt, seal }) => {
    const personal = seal && (keyring.open(seal.owner, seal.sealed) as Personal | undefined)
    return { change, ...instantsOf(change, appendedAt, lane), ...(personal && { personal }) }
  })
}

/** Events that only campaigns led to: timers that were due, answers of the allocator, what became of webhooks. */
const ANSWERS: ReadonlySet<string> = new Set(['timer', 'allowance', 'called'])

/** Undefined of what only campaigns led to. */
function changeIn(value: CustomerChangeOrCampaign): CustomerChange | undefined {
  if ('campaign' in value || value.asks !== undefined) return undefined
  return value.event !== undefined && ANSWERS.has(value.event.type) ? undefined : value
}

function instantsOf({ at: told, event }: CustomerChange, appendedAt: number, lane: Lane): Pick<HistoryRecord, 'at' | 'cameAt'> {
  const at = Math.min(told, appendedAt)
  if (event !== undefined) {
    lane.replayed = appendedAt - at > (lane.replayed ? AT_ONCE_MS : REPLAYED_MS)
    lane.clock = at
  }
  if (!lane.replayed) return { at, cameAt: appendedAt }
  return event === undefined ? { at: lane.clock, cameAt: lane.clock } : { at, cameAt: at }
}
