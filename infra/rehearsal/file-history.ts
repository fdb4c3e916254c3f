import type { HistoryRecord } from '../../consumers/rehearsal.ts'
import { arrivals } from '../../producers/arrivals.ts'
import type { FileFormat } from '../../producers/files/file-format.ts'
import { beginning } from '../../producers/files/lines.ts'
import { mappedCsv } from '../../producers/files/mapping/mapped-csv.ts'
import type { Mapping } from '../../producers/files/mapping/mapping.ts'
import { type OpenFile, openFile } from '../../producers/files/open-file.ts'
import { readRows } from '../../producers/files/read-rows.ts'
import { recognise } from '../../producers/files/recognise.ts'
import { inOrder } from '../../producers/reorder.ts'
import { type Survey, survey } from '../../producers/survey.ts'
import { Tallies, type Tally } from '../../producers/tally.ts'
import { routeEvent } from '../../schemas/route-event.ts'
import type { Shop } from '../../schemas/shop.ts'
import { builtInTexts } from '../text-models.ts'
import { FoldedHistory } from './folded-history.ts'

/** A file of events as history: what its customers' log would say. Rows are put in the order of time as far as a replay at a pace does. */
export class FileHistory {
  /** ISO 4217: the file's own, where all files of its kind are in one. */
  readonly currency: string
  private readonly file: OpenFile
  private readonly format: FileFormat
  private readonly shop: Shop

  private constructor(file: OpenFile, format: FileFormat, shop: Shop) {
    this.file = file
    this.format = format
    this.currency = format.currency ?? shop.currency
    // Nothing is kept of it: what is in another currency is counted in that one.
    this.shop = { ...shop, currency: this.currency }
  }

  static async open(path: string, shop: Shop, mapping?: Mapping): Promise<FileHistory> {
    const file = await openFile(path)
    const format = mapping === undefined ? recognise(path, file.head) : mappedCsv(path, file.head, mapping)
    return new FileHistory(file, format, shop)
  }

  /** From when to when it goes. */
  async survey(): Promise<Survey> {
    const reading = this.file.read(beginning.byte)
    try {
      return await survey(arrivals(readRows(this.format, reading.bytes, beginning), this.shop, unheard()))
    } finally {
      reading.close()
    }
  }

  /** Its changes up to an instant; `onProgress` is told which share of it is read (0–1). Of rows that are none it is told why at the end. */
  async *records(to: number, onProgress: (share: number) => void = () => {}): AsyncGenerator<HistoryRecord, Left> {
    const history = new FoldedHistory(builtInTexts())
    const reading = this.file.read(beginning.byte)
    const faults = unheard()
    let n = 0
    try {
      for await (const { arrival } of inOrder(arrivals(readRows(this.format, reading.bytes, beginning), this.shop, faults))) {
        if (arrival.at > to) continue
        if (n++ % 5000 === 0) onProgress(reading.progress().read / reading.progress().total)
        const routed = routeEvent(arrival.event)
        const { value } = routed
        if (!('customerId' in value)) continue
        yield* history.meet(value, 'seal' in routed ? routed.seal?.personal : undefined)
      }
    } finally {
      reading.close()
    }
    return { skipped: faults.skipped.all(), rejected: faults.rejected.all() }
  }
}

/** Rows that led to no event, by why. */
export interface Left {
  readonly skipped: Record<string, Tally>
  readonly rejected: Record<string, Tally>
}

const unheard = () => ({ skipped: new Tallies(), rejected: new Tallies() })
