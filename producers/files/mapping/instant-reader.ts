import { DateTime, IANAZone } from 'luxon'
import type { Mapping } from './mapping.ts'

/** A text as an ISO instant in UTC; undefined when it is not of the format. */
export type ReadInstant = (text: string) => string | undefined

/** Every part differs from the others and from what a part has when it is not told. */
const SAMPLE = DateTime.fromISO('2014-11-23T17:48:36.000Z', { zone: 'utc' })
const DAY = 86_400_000
const MINUTE = 60_000
/** What names an offset or a zone of its own: a text that ends so, a format with such a token outside of its quotes. */
const ZONED_TEXT = /(Z|[+-]\d\d(:?\d\d)?)$/i
const ZONED_FORMAT = /^(?:[^']|'[^']*')*?[zZxX]/

/** How a mapping's instants are read, or in a sentence why they cannot be. */
export function instantReader({ format, timeZone = 'UTC' }: Mapping['instant']): ReadInstant | string {
  if (!IANAZone.isValidZone(timeZone))
    return `${JSON.stringify(timeZone)} is no time zone; take one of the IANA list such as Asia/Karachi`
  if (format === 'unix') return text => fromEpoch(text, 1000)
  if (format === 'unix-ms') return text => fromEpoch(text, 1)
  const zone = IANAZone.create(timeZone)
  if (format === 'iso')
    return text => isoIn(DateTime.fromISO(text.replace(' ', 'T'), { zone: 'utc' }), ZONED_TEXT.test(text) ? undefined : zone)
  if (!tellsTheDay(format))
    return `the format ${JSON.stringify(format)} does not tell year, month and day; tokens are yyyy or yy, MM or M or MMM (mm is minutes), dd or d, HH, hh with a, mm, ss`
  const parser = DateTime.buildFormatParser(format, { locale: 'en-US' })
  const local = ZONED_FORMAT.test(format) ? undefined : zone
  return text => isoIn(DateTime.fromFormatParser(text, parser, { zone: 'utc', locale: 'en-US' }), local)
}

/** @param zone whose wall clock the time was read from; undefined when it is an instant already */
function isoIn(at: DateTime, zone: IANAZone | undefined): string | undefined {
  if (!at.isValid) return undefined
  const ms = at.toMillis()
  return new Date(zone === undefined ? ms : instantOf(ms, zone)).toISOString()
}

/**
 * The instant at which a zone's clocks show a time, given as if it were UTC. A time that comes twice, when clocks go back, is the first
 * of the two; one that never was, when they go forward, counts on from before. Luxon would guess by today's offset: the same file would
 * give other instants in summer than in winter.
 */
function instantOf(wall: number, zone: IANAZone): number {
  const [before, after] = [zone.offset(wall - DAY) * MINUTE, zone.offset(wall + DAY) * MINUTE]
  if (before === after || zone.offset(wall - before) * MINUTE === before) return wall - before
  return zone.offset(wall - after) * MINUTE === after ? wall - after : wall - before
}

function fromEpoch(text: string, unit: number): string | undefined {
  const at = new Date(Math.round(Number(text) * unit))
  return /^-?\d+(\.\d+)?$/.test(text) && !Number.isNaN(at.getTime()) ? at.toISOString() : undefined
}

function tellsTheDay(format: string): boolean {
  const again = DateTime.fromFormat(SAMPLE.toFormat(format, { locale: 'en-US' }), format, { zone: 'utc', locale: 'en-US' })
  return again.isValid && again.toISODate() === SAMPLE.toISODate()
}
