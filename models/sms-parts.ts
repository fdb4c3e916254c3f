export interface SmsParts {
  readonly encoding: 'GSM-7' | 'UCS-2'
  /** How many messages the network carries, which is what is paid for. */
  readonly parts: number
}

/** The basic character set of 3GPP TS 23.038 §6.2.1; each is one septet. */
const BASIC = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
)
/** Its extension table (§6.2.1.1): an escape and a character, two septets. */
const EXTENDED = new Set('\f^{}\\[~]|€')

/** Units of one message, and of each of several: the header that joins them takes the rest (3GPP TS 23.040 §9.2.3.24.1). */
const SEPTETS = { single: 160, joined: 153 } as const
const CODE_UNITS = { single: 70, joined: 67 } as const

/**
 * How a text travels: as GSM-7 when every character is in that alphabet, else as UCS-2 in UTF-16 code units. Neither an escape
 * sequence nor a surrogate pair is split over two parts, so a part may end one unit early.
 */
export function smsParts(text: string): SmsParts {
  const characters = [...text]
  const septets = characters.map(septetsOf)
  if (!septets.includes(0)) return { encoding: 'GSM-7', parts: countParts(septets, SEPTETS) }
  const units = characters.map(character => character.length)
  return { encoding: 'UCS-2', parts: countParts(units, CODE_UNITS) }
}

/** Of one character in GSM-7: one, two for the extension table, none where it is not in that alphabet. */
export const septetsOf = (character: string): 0 | 1 | 2 => (BASIC.has(character) ? 1 : EXTENDED.has(character) ? 2 : 0)

function countParts(sizes: readonly number[], room: { readonly single: number; readonly joined: number }): number {
  const total = sizes.reduce((sum, size) => sum + size, 0)
  if (total <= room.single) return 1
  let parts = 1
  let used = 0
  for (const size of sizes) {
    if (used + size > room.joined) {
      parts++
      used = 0
    }
    used += size
  }
  return parts
}
