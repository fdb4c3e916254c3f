import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { expect, test } from 'vitest'
import { pgSql } from '../../../infra/sql/pg-sql.ts'

/** A message of PostgreSQL's protocol: a letter, its length with the length itself, what it says. */
function message(letter: string, body: Buffer): Buffer {
  const length = Buffer.alloc(4)
  length.writeInt32BE(body.length + 4)
  return Buffer.concat([Buffer.from(letter), length, body])
}

const authenticated = message('R', Buffer.from([0, 0, 0, 0]))
const ready = message('Z', Buffer.from('I'))
const ending = message('E', Buffer.from('SFATAL\0C57P01\0Mterminating connection due to administrator command\0\0'))

test('a server that ends a connection in the same breath as it takes it up does not end the process', async () => {
  const server = createServer(socket => {
    socket.on('error', () => {})
    socket.once('data', () => socket.end(Buffer.concat([authenticated, ready, ending])))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const sql = pgSql({ url: `postgres://tarang@127.0.0.1:${port}/tarang`, onError: () => {} })
  try {
    await expect(sql.query('SELECT 1')).rejects.toThrow(/terminat|connection/i)
    await expect(sql.query('SELECT 1')).rejects.toThrow(/terminat|connection/i)
  } finally {
    await sql.close()
    server.close()
  }
})
