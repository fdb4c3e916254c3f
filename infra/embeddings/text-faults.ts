import { createHash } from 'node:crypto'
import type { RefusalCode } from '../../models/embedding/embedder.ts'

/** So many processes in a row must fail at a text before it is refused: a single one may have been ended by anything. */
const CHANCES = 2
/** Texts remembered. Who is forgotten costs as many processes again. */
const MOST = 10_000

/** At which texts a model's processes failed, since each passed last. Kept by digests: what a message says is not. */
export class TextFaults {
  private readonly faults = new Map<string, { readonly times: number; readonly code: RefusalCode }>()

  blame(text: string, code: RefusalCode): void {
    const digest = digestOf(text)
    const times = 1 + (this.faults.get(digest)?.times ?? 0)
    this.faults.delete(digest)
    this.faults.set(digest, { times, code })
    if (this.faults.size > MOST) this.faults.delete(this.faults.keys().next().value!)
  }

  passed(text: string): void {
    if (this.faults.size > 0) this.faults.delete(digestOf(text))
  }

  suspects(text: string): boolean {
    return this.faults.size > 0 && this.faults.has(digestOf(text))
  }

  /** How it failed last, of a text that is not to be tried again. */
  refusal(text: string): RefusalCode | undefined {
    const fault = this.faults.size > 0 ? this.faults.get(digestOf(text)) : undefined
    return fault !== undefined && fault.times >= CHANCES ? fault.code : undefined
  }

  /** For another model. */
  forget(): void {
    this.faults.clear()
  }
}

const digestOf = (text: string): string => createHash('sha256').update(text).digest('base64')
