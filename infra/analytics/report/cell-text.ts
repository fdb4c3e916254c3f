import type { Cell, Kind } from '../table.ts'
import type { Language } from './report.ts'

/** A cell as people read it. Digits are Western in both languages, as prices and phones in Pakistan are written. */
export function cellText(cell: Cell, kind: Kind, language: Language, currency: string): string {
  if (cell === null) return '–'
  if (typeof cell === 'string') return kind === 'month' || kind === 'date' ? cell : cell
  const digits = (most: number, least = 0) => formatOf(language, most, least).format(cell)
  switch (kind) {
    case 'money': {
      const amount = digits(Math.abs(cell) < 100 ? 2 : 0, Math.abs(cell) < 100 && cell !== 0 ? 2 : 0)
      return currency === '' ? amount : `${currency}\u00a0${amount}`
    }
    case 'share':
      return `${formatOf(language, 1, 0).format(cell * 100)}\u00a0%`
    case 'count':
      return digits(0)
    case 'days':
      return digits(cell < 10 ? 1 : 0)
    default:
      return digits(Math.abs(cell) >= 100 ? 0 : Math.abs(cell) >= 1 ? 2 : 4)
  }
}

const formats = new Map<string, Intl.NumberFormat>()

function formatOf(language: Language, maximumFractionDigits: number, minimumFractionDigits: number): Intl.NumberFormat {
  const key = `${language} ${maximumFractionDigits} ${minimumFractionDigits}`
  const known = formats.get(key)
  if (known !== undefined) return known
  const locale = language === 'ur' ? 'ur-PK-u-nu-latn' : 'en-US'
  const made = new Intl.NumberFormat(locale, { maximumFractionDigits, minimumFractionDigits })
  formats.set(key, made)
  return made
}
