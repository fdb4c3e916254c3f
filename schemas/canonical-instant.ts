import { Refused, shown } from './refusal.ts'

const ISO =
  /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,18}))?)?\s?(?:([Zz])|([+-])(\d\d)(?::?(\d\d))?)?)?$/
const DAY = 86_400_000

/**
 * ISO 8601 as outsiders write it to the one form we keep, `2010-12-01T08:26:00.000Z`. Without a zone it is UTC, a date alone is
 * its first instant. Refuses dates that do not exist, instants before 1970 and those more than a day after `now` (epoch ms).
 */
export function canonicalInstant(text: string, now: number): string | Refused {
  const at = epochMs(text)
  if (Number.isNaN(at))
    return new Refused('time_invalid', `Expected an ISO 8601 instant such as 2024-05-01T12:30:00Z, got ${shown(text)}.`)
  if (at < 0) return new Refused('time_out_of_range', `Expected an instant from 1970 on, got ${shown(text)}.`)
  if (at > now + DAY)
    return new Refused(
      'time_out_of_range',
      `Expected an instant at most a day after now (${new Date(now).toISOString()}), got ${shown(text)}.`,
    )
  return isCanonical(text) ? text : new Date(at).toISOString()
}

/** Whether year, month and day, as `YYYY-MM-DD` begins with them, are a day of the calendar. */
export function isRealDate(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false
  if (day <= 28) return true
  return day <= new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate() // the calendar repeats every 400 years
}

/** NaN when it is no instant; any year before 1970 is only told as negative. */
function epochMs(text: string): number {
  const match = ISO.exec(text)
  if (match === null) return Number.NaN
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])]
  const [hour, minute, second] = [Number(match[4] ?? 0), Number(match[5] ?? 0), Number(match[6] ?? 0)]
  const [zoneHours, zoneMinutes] = [Number(match[10] ?? 0), Number(match[11] ?? 0)]
  if (!isRealDate(year, month, day) || hour > 23 || minute > 59 || second > 59 || zoneHours > 23 || zoneMinutes > 59)
    return Number.NaN
  if (year < 1969) return -1
  const ms = match[7] === undefined ? 0 : Number(match[7].slice(0, 3).padEnd(3, '0'))
  const offset = (zoneHours * 60 + zoneMinutes) * (match[9] === '-' ? -60_000 : 60_000)
  return Date.UTC(year, month - 1, day, hour, minute, second, ms) - offset
}

/** Of a text that is an instant: by its length and the letters that may vary. */
const isCanonical = (text: string): boolean => text.length === 24 && text[10] === 'T' && text[19] === '.' && text[23] === 'Z'
