const DAY = 86_400_000

/**
 * First of Ramadan, Eid al-Fitr and Eid al-Adha: the Umm al-Qura calendar's days, a day later as Pakistan mostly is. What is sighted may differ by
 * one. Years beyond have none.
 */
const festivals: readonly (readonly [ramadan: string, fitr: string, adha: string])[] = [
  ['2015-06-19', '2015-07-18', '2015-09-24'],
  ['2016-06-07', '2016-07-07', '2016-09-12'],
  ['2017-05-28', '2017-06-26', '2017-09-02'],
  ['2018-05-17', '2018-06-16', '2018-08-22'],
  ['2019-05-07', '2019-06-05', '2019-08-12'],
  ['2020-04-25', '2020-05-25', '2020-08-01'],
  ['2021-04-14', '2021-05-14', '2021-07-21'],
  ['2022-04-03', '2022-05-03', '2022-07-10'],
  ['2023-03-24', '2023-04-22', '2023-06-29'],
  ['2024-03-12', '2024-04-11', '2024-06-17'],
  ['2025-03-02', '2025-03-31', '2025-06-07'],
  ['2026-02-19', '2026-03-21', '2026-05-28'],
  ['2027-02-09', '2027-03-10', '2027-05-17'],
  ['2028-01-29', '2028-02-27', '2028-05-06'],
  ['2029-01-17', '2029-02-15', '2029-04-25'],
  ['2030-01-06', '2030-02-05', '2030-04-14'],
  ['2030-12-27', '2031-01-25', '2031-04-03'],
  ['2031-12-17', '2032-01-15', '2032-03-23'],
  ['2032-12-05', '2033-01-04', '2033-03-13'],
  ['2033-11-24', '2033-12-24', '2034-03-02'],
  ['2034-11-13', '2034-12-13', '2035-02-20'],
]

/** How many times as much is bought as on an ordinary day. */
const RAMADAN = 1.6
const BEFORE_EID = 2.4
const EID = 0.4
const BEFORE = 10
const HOLIDAYS = 3

/** Days since 1970-01-01 on which more or less is bought than else; all others are not in it. */
const weights: ReadonlyMap<number, number> = new Map(
  festivals.flatMap(([ramadan, fitr, adha]) => {
    const [first, feast, sacrifice] = [ramadan, fitr, adha].map(date => Date.parse(date) / DAY) as [number, number, number]
    return [
      ...spread(first, feast - BEFORE, RAMADAN),
      ...spread(feast - BEFORE, feast, BEFORE_EID),
      ...spread(sacrifice - BEFORE, sacrifice, BEFORE_EID),
      ...[feast, sacrifice].flatMap(day => spread(day, day + HOLIDAYS, EID)),
    ]
  }),
)

function spread(from: number, until: number, weight: number): [number, number][] {
  return Array.from({ length: until - from }, (_, at) => [from + at, weight])
}

/** How many times as much the festivals make people buy on a day (days since 1970-01-01). */
export const festiveWeight = (day: number): number => weights.get(day) ?? 1
