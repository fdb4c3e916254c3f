import { expect, test } from 'vitest'
import { endOfMoment, nextBirthday, nextMoment, nextTime, placeIn } from '../../../../models/flow/run/moments.ts'

const at = (text: string): number => Date.parse(text)
const told = (instant: number | undefined): string | undefined =>
  instant === undefined ? undefined : new Date(instant).toISOString()
const BERLIN = 'Europe/Berlin'

test('a window that clocks jump into opens when they have jumped, and one that they jump over opens the next day', () => {
  // On 29 March 2026 clocks go from 02:00 to 03:00 there.
  const from = at('2026-03-29T00:00:00Z')
  expect(told(nextMoment({ window: { from: '02:30', to: '04:00' } }, BERLIN, from))).toBe('2026-03-29T01:00:00.000Z')
  expect(told(nextMoment({ window: { from: '02:10', to: '02:40' } }, BERLIN, from))).toBe('2026-03-30T00:10:00.000Z')
})

test('a window belongs to the day on which it opens, also past midnight', () => {
  const night = { window: { from: '22:00', to: '02:00' }, days: ['fri' as const] }
  expect(told(nextMoment(night, 'UTC', at('2026-03-28T01:00:00Z')))).toBe('2026-03-28T01:00:00.000Z') // Saturday, by Friday's window
  expect(told(nextMoment(night, 'UTC', at('2026-03-27T01:00:00Z')))).toBe('2026-03-27T22:00:00.000Z')
  expect(told(endOfMoment(night, 'UTC', at('2026-03-27T23:00:00Z')))).toBe('2026-03-28T02:00:00.000Z')
})

test('the same wish comes at another instant for each customer, by their clocks', () => {
  const monday = { days: ['mon' as const], window: { from: '09:00', to: '18:00' } }
  const from = at('2026-03-20T12:00:00Z')
  expect(told(nextMoment(monday, 'Asia/Karachi', from))).toBe('2026-03-23T04:00:00.000Z')
  expect(told(nextMoment(monday, 'America/New_York', from))).toBe('2026-03-23T13:00:00.000Z')
})

test.each([
  ['2026-03-23T08:00:00Z', 'before'],
  ['2026-03-23T09:00:00Z', 'within'],
  ['2026-03-23T18:00:00Z', 'after'],
  ['2026-03-24T12:00:00Z', 'before'], // Tuesday, and Wednesday is still to come
  ['2026-03-28T12:00:00Z', 'after'],
])('%s is %s the window of one of the days', (now, place) => {
  expect(placeIn({ days: ['mon', 'wed'], window: { from: '09:00', to: '18:00' } }, 'UTC', at(now))).toBe(place)
})

test.each([
  ['2026-03-23T08:59:59Z', 'before'],
  ['2026-03-23T18:30:00Z', 'within'],
  ['2026-03-23T19:30:00Z', 'after'], // it is Tuesday in Karachi
])('%s is %s the day of an instant', (now, place) => {
  expect(placeIn({ at: '2026-03-23T09:00:00Z' }, 'Asia/Karachi', at(now))).toBe(place)
})

test('a time of day is kept where clocks change, and follows them where they jump over it', () => {
  expect(told(nextTime('09:00', undefined, BERLIN, at('2026-03-28T09:00:00Z')))).toBe('2026-03-29T07:00:00.000Z')
  expect(told(nextTime('02:30', undefined, BERLIN, at('2026-03-28T12:00:00Z')))).toBe('2026-03-29T01:30:00.000Z')
  expect(told(nextTime('09:00', ['sun'], BERLIN, at('2026-03-23T12:00:00Z')))).toBe('2026-03-29T07:00:00.000Z')
})

test('those born on 29 February have a birthday every year', () => {
  const next = (from: string) => told(nextBirthday('1996-02-29', '10:00', 'UTC', at(from)))
  expect(next('2026-01-01T00:00:00Z')).toBe('2026-02-28T10:00:00.000Z')
  expect(next('2026-03-01T00:00:00Z')).toBe('2027-02-28T10:00:00.000Z')
  expect(next('2028-01-01T00:00:00Z')).toBe('2028-02-29T10:00:00.000Z')
  expect(nextBirthday('tomorrow', '10:00', 'UTC', 0)).toBeUndefined()
})
