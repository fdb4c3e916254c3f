import { expect, test } from 'vitest'
import { isPrivateHost } from '../../../models/flow/private-host.ts'

const host = (address: string) => new URL(`http://${address}/x`).hostname

test.each([
  ...[
    '127.0.0.1',
    '0177.0.0.1',
    '0x7f.1',
    '2130706433',
    '0x7f000001',
    '127.1',
    '10.1.2.3',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
  ],
  ...[
    '169.254.169.254',
    '0xa9fea9fe',
    '100.100.100.200',
    '0.0.0.0',
    '224.0.0.1',
    '255.255.255.255',
    '192.0.0.192',
    '198.18.0.1',
    '１２７.0.0.1',
  ],
  ...[
    '[::1]',
    '[::]',
    '[::ffff:10.0.0.1]',
    '[::ffff:7f00:1]',
    '[::127.0.0.1]',
    '[fe80::1]',
    '[fc00::1]',
    '[fd00:ec2::254]',
    '[ff02::1]',
  ],
  ...['[64:ff9b::7f00:1]', '[2002:7f00:1::]', '[2001:db8::1]', '[fec0::1]', '[::ffff:0:127.0.0.1]'],
  ...[
    'localhost',
    'LOCALHOST.',
    'a.localhost',
    'printer.local',
    'metadata.google.internal',
    'db',
    'router.lan',
    'x.home.arpa',
    'wiki.corp',
  ],
])('%s is private', address => {
  expect(isPrivateHost(host(address))).toBe(true)
})

test.each([
  ...[
    'shop.example',
    'hooks.shop.example.',
    'local.shop.example',
    'internal.example.com',
    '8.8.8.8',
    '172.32.0.1',
    '100.128.0.1',
    '11.0.0.1',
  ],
  ...['[2606:4700::1111]', '[2a00:1450::1]', 'localhost.example.com', '169.253.1.1', 'münchen.example'],
])('%s is not', address => {
  expect(isPrivateHost(host(address))).toBe(false)
})
