import type { Pdu } from './smpp.ts'

/** A text as the far end has it, once all of its parts are there. */
export interface ReceivedText {
  readonly from: string
  readonly to: string
  readonly text: string
  readonly encoding: 'GSM-7' | 'UCS-2' | `coding ${number}`
  /** Of each part, in order: characters as they came, the escapes of GSM-7 counted. */
  readonly parts: readonly number[]
  /** The ids that the parts were given. */
  readonly ids: readonly string[]
  /** Epoch ms of the last part. */
  readonly at: number
}

interface Part {
  readonly text: string
  readonly id: string
}

/** Characters behind an escape in GSM-7 (3GPP TS 23.038 §6.2.1.1), which the decoder has put together already. */
const EXTENDED = /[\f^{}\\[~\]|€]/g
const ESCAPES = 0x1b

/**
 * Puts the parts of texts together by their user data headers (3GPP TS 23.040 §9.2.3.24.1: element 0 has a reference of one byte,
 * element 8 one of two), in whatever order they come. A part that comes twice, as from a gateway that missed the answer, makes the text
 * come twice: that is what the handset would show.
 */
export class ReceivedTexts {
  readonly texts: ReceivedText[] = []
  private readonly open = new Map<string, (Part | undefined)[]>()

  /** Parts of texts that are not whole yet. */
  get pending(): number {
    return this.open.size
  }

  add(pdu: Pdu, id: string, at: number): void {
    const { source_addr: from, destination_addr: to, data_coding: coding, short_message: said } = pdu
    const place = placeOf(said.udh ?? [])
    const key = JSON.stringify([from, to, coding, place.reference, place.count])
    const parts = this.open.get(key) ?? Array.from<Part | undefined>({ length: place.count })
    parts[place.at] = { text: said.message, id }
    this.open.set(key, parts)
    const whole = parts.filter(part => part !== undefined)
    if (whole.length < place.count) return
    this.open.delete(key)
    this.texts.push({
      from,
      to,
      text: joined(whole),
      encoding: coding === 8 ? 'UCS-2' : coding === 0 ? 'GSM-7' : `coding ${coding}`,
      parts: whole.map(({ text }) => (coding === 0 ? text.length + (text.match(EXTENDED)?.length ?? 0) : text.length)),
      ids: whole.map(part => part.id),
      at,
    })
  }

  clear(): void {
    this.texts.length = 0
    this.open.clear()
  }
}

/** An escape at the end of a part belongs to the first character of the next. */
function joined(parts: readonly Part[]): string {
  const text = parts.map(part => part.text).join('')
  const split = new RegExp(`${String.fromCharCode(ESCAPES)}(.)`, 'gs')
  return text.replace(split, (_, plain: string) => extended[plain] ?? plain)
}
const extended: Readonly<Record<string, string>> = Object.fromEntries(
  [...'Λ()/<=>¡e'].map((plain, i) => [plain, '^{}\\[~]|€'[i]!]),
)

function placeOf(elements: readonly Buffer[]): { reference: number; count: number; at: number } {
  for (const element of elements) {
    if (element[0] === 0x00) return { reference: element[2]!, count: element[3]!, at: element[4]! - 1 }
    if (element[0] === 0x08) return { reference: element.readUInt16BE(2), count: element[4]!, at: element[5]! - 1 }
  }
  return { reference: -1, count: 1, at: 0 }
}
