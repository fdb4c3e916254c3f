import { getHeapStatistics } from 'node:v8'
import { DataValidationError } from '../customer-analytics-error.ts'

/** What others on the machine may want while we read, and what garbage is not collected yet. */
const SHARE = 0.85
/** Before so much of a file is read, what all of it needs is a guess. */
const SURE_AT = 16 * 1024 * 1024

/** What reading needs so far, and how far it is, in bytes of the file as it lies on disk. */
export interface Needs {
  readonly file: string
  /** Memory that grows with the file. */
  readonly bytes: number
  readonly read: number
  readonly total: number
}

/**
 * Says when files are larger than memory before the system does: columns lie outside of the heap, so nothing else would stop them short of the process being
 * killed. What a file needs is told as soon as it can be, from what its first part needed.
 */
export class MemoryAllowance {
  readonly bytes: number
  private before = 0

  /** @param bytes of memory that may be taken from now on */
  constructor(bytes = Math.floor(process.availableMemory() * SHARE)) {
    this.bytes = bytes
  }

  /** Throws `memory_short`. */
  check({ file, bytes, read, total }: Needs): void {
    const whole = read >= SURE_AT && total > read ? (bytes * total) / read : bytes
    const heap = getHeapStatistics()
    const heapShort = heap.used_heap_size > SHARE * heap.heap_size_limit
    if (this.before + whole <= this.bytes && !heapShort) return
    const all = total > read && read > 0 ? (bytes * total) / read : bytes
    throw new DataValidationError(
      'memory_short',
      heapShort
        ? `${file} does not fit: ${asGigabytes(heap.used_heap_size)} of the heap's ${asGigabytes(heap.heap_size_limit)} are taken after ${percent(read, total)} of it.`
        : `${file} does not fit: it would need about ${asGigabytes(this.before + all)} of memory, and ${asGigabytes(this.bytes)} may be taken.`,
    )
  }

  /** What a file that is read has taken for good. */
  keep(bytes: number): void {
    this.before += bytes
  }
}

const asGigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(bytes < 1e8 ? 3 : 1)} GB`
const percent = (part: number, whole: number): string => `${Math.floor((100 * part) / Math.max(1, whole))} %`
