import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkedLookup, PrivateAddress } from '../../../infra/webhooks/checked-lookup.ts'
import { isPrivateHost } from '../../../models/flow/private-host.ts'

type Answer = { readonly error: Error | null; readonly addresses: unknown }

const looked = (addresses: readonly string[], allowPrivate = false): Answer => {
  let answer: Answer | undefined
  const all = addresses.map(address => ({ address, family: address.includes(':') ? 6 : 4 }))
  const lookup = checkedLookup({ allowPrivate, resolve: (_, done) => done(null, all) })
  lookup('hooks.pk', { all: true }, (error, found) => {
    answer = { error, addresses: found }
  })
  return answer!
}

const inside = [
  ...['127.0.0.1', '127.9.9.9', '10.1.2.3', '172.16.0.1', '172.31.255.255', '192.168.1.1', '169.254.169.254', '100.64.0.1'],
  ...['100.100.100.200', '0.0.0.0', '192.0.2.1', '198.18.0.1', '224.0.0.1', '255.255.255.255', '168.63.129.16'],
  ...['::1', '::', '::ffff:10.0.0.1', '::ffff:7f00:1', '64:ff9b::a00:1', '2002:a00:1::', 'fc00::1', 'fd00:ec2::254'],
  ...['fe80::1', 'fe80::1%eth0', 'ff02::1', '2001:db8::1'],
]
const outside = ['8.8.8.8', '1.1.1.1', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '::ffff:8.8.8.8']

test.each(inside)('%s is nowhere that a webhook goes, alone or among addresses of the internet', address => {
  expect(looked([address]).error).toBeInstanceOf(PrivateAddress)
  expect(looked(['8.8.8.8', address]).error).toBeInstanceOf(PrivateAddress)
  expect(looked([address], true).error).toBeNull()
})

test.each(outside)('%s is on the internet', address => {
  expect(looked([address])).toEqual({ error: null, addresses: [expect.objectContaining({ address })] })
})

test('whatever a name resolves to, a connection gets all of it, or none where any of it is inside', () => {
  const addresses = fc.array(fc.oneof(fc.ipV4(), fc.ipV6()), { minLength: 1, maxLength: 4 })
  fc.assert(
    fc.property(addresses, all => {
      const { error, addresses: found } = looked(all)
      if (all.some(address => isPrivateHost(address))) expect(error).toBeInstanceOf(PrivateAddress)
      else expect((found as { address: string }[]).map(({ address }) => address)).toEqual(all)
    }),
  )
})
