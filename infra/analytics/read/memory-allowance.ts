import { freemem, totalmem } from 'node:os'
import { getHeapStatistics } from 'node:v8'
import { DataValidationError } from '../customer-analytics-error.ts'

/** What others on the machine may want while we read, and what garbage is not collected yet. */
const SHARE = 0.85
/** Before so much of a file is read, what all of it needs is a guess. */
const SURE_AT = 4 * 1024 * 1024
/** Of the heap's limit, what Node keeps for young objects by default (three semi-spaces of 16 MiB). */
const YOUNG = 48 * 1024 * 1024

/** What reading needs so far, and how far it is, in bytes of the file as it lies on disk. */
export interface Needs {
  readonly file: string
  /** Memory that grows with the file, outside of the heap and within. */
  readonly bytes: number
  readonly heap: number
  readonly read: number
  readonly total: number
}

/**
 * Says when files are larger than memory before the system does: columns lie outside of the heap, so nothing else would stop them short of the process being
 * killed, and a full heap ends it too. What a file needs is told as soon as it can be, from what its first part needed.
 */
export class MemoryAllowance {
  private readonly bytes: number
  private readonly heap: number
  private kept = 0
  private keptHeap = 0

  /** @param bytes of memory that may be taken from now on, by heap and columns together */
  constructor(bytes = Math.floor(SHARE * memoryLeft()), heap = heapLeft()) {
    this.bytes = bytes
    this.heap = Math.min(bytes, heap)
  }

  /** Throws `memory_short`. */
  check({ file, bytes, heap, read, total }: Needs): void {
    const whole = read > 0 ? Math.max(1, total / read) : 1
    const factor = read >= SURE_AT ? whole : 1
    const [all, allHeap] = [this.kept + this.keptHeap, this.keptHeap]
    if (all + (bytes + heap) * factor > this.bytes) throw short(file, all + (bytes + heap) * whole, this.bytes, 'memory')
    if (allHeap + heap * factor > this.heap) throw short(file, allHeap + heap * whole, this.heap, 'heap')
  }

  /** What a file that is read has taken for good. */
  keep({ bytes, heap }: Pick<Needs, 'bytes' | 'heap'>): void {
    this.kept += bytes
    this.keptHeap += heap
  }
}

const short = (file: string, needed: number, allowed: number, of: 'memory' | 'heap'): DataValidationError =>
  new DataValidationError(
    'memory_short',
    `${file} does not fit: about ${asGigabytes(needed)} of ${of} would be needed, and ${asGigabytes(allowed)} may be taken.`,
  )

function heapLeft(): number {
  const { heap_size_limit: limit, used_heap_size: used } = getHeapStatistics()
  return Math.max(0, SHARE * (limit - YOUNG) - used)
}

/**
 * What the process may still take: of the memory that its container or its machine has, and, on Linux, that is free or kept only as a copy of files.
 * `process.availableMemory()` takes such copies for taken in a container, and there files that have just been read would leave no room for themselves.
 */
function memoryLeft(): number {
  const most = Math.min(process.constrainedMemory() || Number.POSITIVE_INFINITY, totalmem())
  const free = process.platform === 'linux' ? freemem() : Number.POSITIVE_INFINITY
  return Math.min(most - process.memoryUsage.rss(), free)
}

const asGigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(bytes < 1e8 ? 3 : 1)} GB`
