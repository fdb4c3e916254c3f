import { expect, test } from 'vitest'
import { readKannelReceipt } from '../../../infra/gateways/kannel-receipt.ts'

/** As Kannel 1.4.5 was seen to tell them. */
const words = (stat: string, err: string) =>
  `id:7 sub:001 dlvrd:000 submit date:2611220850 done date:2611220850 stat:${stat} err:${err} text:`

test.each([
  ['8', 'ACK/', 'submitted', 'ACK'],
  ['4', words('ACCEPTD', '000'), 'submitted', 'ACCEPTD 000'],
  ['1', words('DELIVRD', '000'), 'delivered', 'DELIVRD 000'],
  ['2', words('UNDELIV', '027'), 'undelivered', 'UNDELIV 027'],
  ['2', words('DELETED', '002'), 'undelivered', 'DELETED 002'],
  ['2', words('UNKNOWN', '255'), 'undelivered', 'UNKNOWN 255'],
  ['2', words('REJECTD', '088'), 'rejected', 'REJECTD 088'],
  ['2', words('EXPIRED', '001'), 'expired', 'EXPIRED 001'],
  ['34', words('EXPIRED', '001'), 'expired', 'EXPIRED 001'],
  ['34', '', 'expired', ''],
  ['2', '', 'undelivered', ''],
  ['16', 'NACK/0x0000000b/Invalid Destination Address', 'rejected', 'NACK/0x0000000b/Invalid Destination Address'],
])('%s with "%s" is %s', (type, answer, status, detail) => {
  expect(readKannelReceipt(type, answer)).toEqual({ status, detail })
})

test.each(['', '0', '64', 'delivered', '-1', '%d', '1e0'])('a type of "%s" says nothing', type => {
  expect(readKannelReceipt(type, words('DELIVRD', '000'))).toBeUndefined()
})
