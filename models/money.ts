/** State keeps money as integers of 1/10,000 of the major unit: sums commute exactly. */
export const UNITS = 10_000

const DECIMAL = /^(-?\d+)(?:\.(\d+))?$/
/** Below this many digits a product with 10,000 and a quantity of a few digits stays exact as a plain number. */
const FAST_DIGITS = 9

/**
 * Quantity × unit price in 1/10,000 of the major unit, rounded half away from zero.
 *
 * Exact: decimals are multiplied as integers, as no binary fraction is 2.55.
 * @param quantity a number of at most six decimals; its shortest decimal form is what it means
 * @param unitPrice a decimal string in major units
 */
export function lineTotal(quantity: number, unitPrice: string): number {
  const [digits, scale] = decimal(unitPrice)
  if (digits.length <= FAST_DIGITS && scale <= 4 && Number.isInteger(quantity) && Math.abs(quantity) < 100)
    return Number(digits) * quantity * 10 ** (4 - scale)
  const [count, countScale] = decimal(plain(quantity))
  return Number(rounded(BigInt(digits) * BigInt(count), scale + countScale))
}

/** What is so small that JavaScript writes it with an exponent is nothing here. */
const plain = (quantity: number): string => (Math.abs(quantity) < 1e-6 ? '0' : String(quantity))

/** A decimal string in 1/10,000 of the major unit. Throws when it is not one. */
export const parseMoney = (text: string): number => lineTotal(1, text)

/** The shortest decimal string with at least two decimals: 60000 → `6.00`, 25500 → `2.55`, 8245 → `0.8245`. */
export function formatMoney(units: number | bigint): string {
  const digits = String(units).replace('-', '').padStart(5, '0')
  const fraction = digits.slice(-4).replace(/0{1,2}$/, '')
  return `${units < 0 ? '-' : ''}${digits.slice(0, -4)}.${fraction}`
}

/** The digits of a decimal, with their sign, and how many of them are behind the point. */
function decimal(text: string): [string, number] {
  const match = DECIMAL.exec(text)
  if (match === null) throw new Error(`a decimal number was expected, got ${JSON.stringify(text.slice(0, 40))}`)
  const fraction = match[2] ?? ''
  return [match[1] + fraction, fraction.length]
}

function rounded(value: bigint, scale: number): bigint {
  if (scale <= 4) return value * 10n ** BigInt(4 - scale)
  const unit = 10n ** BigInt(scale - 4)
  const half = unit / 2n
  return (value < 0n ? value - half : value + half) / unit
}
