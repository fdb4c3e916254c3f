const LONGEST = 60
const EMAIL = /([^\s@<>"']{1,64})@([^\s@<>"']{1,255})/g
const PHONE = /(?<![\p{L}\d.-])\+?\d(?:[ ()-]?\d){8,14}(?![\d.])/gu

/**
 * A value of a file as it may stand in a report: short, without characters that turn lines or their direction, and without an address or a number by which
 * somebody could be reached.
 */
export function masked(value: string, mayBePhone: boolean): string {
  const plain = value
    .replace(/[\r\n]+$/, '')
    .replace(/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/gu, '·')
    .replace(EMAIL, (_, name: string, host: string) => `${[...name][0]}•••@${host}`)
  const safe = mayBePhone ? plain.replace(PHONE, phone => `${phone.slice(0, 3)}•••••${phone.slice(-2)}`) : plain
  const letters = [...safe]
  return letters.length > LONGEST ? `${letters.slice(0, LONGEST).join('')}…` : safe
}
