import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Timelines } from '../../../../models/flow/rehearse/timelines.ts'
import { draw } from '../../../../models/flow/run/draw.ts'

test('whoever is told of is drawn by id, whatever the order in which they come, and from their first moment on', () => {
  const ids = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 40 })
  fc.assert(
    fc.property(ids, all => {
      const timelines = new Timelines(5, 'c')
      for (const [i, id] of all.entries()) {
        if (timelines.enter(id)) timelines.add(id, { at: i, what: 'entered', says: id })
        for (const other of all.slice(0, i)) timelines.add(other, { at: i, what: 'later', says: other })
      }
      const first = [...all].sort((a, b) => draw('timeline', 'c', a) - draw('timeline', 'c', b)).slice(0, 5)
      const told = timelines.all()
      expect(told.map(({ customerId }) => customerId).sort()).toEqual([...first].sort())
      for (const { customerId, moments, left } of told) {
        expect(moments[0]).toEqual({ at: all.indexOf(customerId), what: 'entered', says: customerId })
        expect(moments.length + left).toBe(all.length - all.indexOf(customerId))
      }
    }),
  )
})

test('lines of one order are one moment, and those of two orders are two', () => {
  const timelines = new Timelines(1, 'c')
  timelines.enter('ada')
  const bought = (at: number, id: string, amount: number) =>
    timelines.add('ada', { at, what: 'purchase', says: `${amount}`, order: { id, amount, says: sum => `${sum}` } })
  bought(1, 'a', 2)
  bought(1, 'a', 3)
  bought(1, 'b', 4)
  bought(2, 'b', 5)
  expect(timelines.all()[0]!.moments.map(({ at, says }) => [at, says])).toEqual([
    [1, '5'],
    [1, '4'],
    [2, '5'],
  ])
})
