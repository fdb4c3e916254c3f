import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Type } from 'typebox'
import { expect, test } from 'vitest'
import { schemaRegistry } from '../../infra/registry.ts'
import { systemClock } from '../../streams/clock.ts'

test('a registry that takes requests and never answers holds nobody for ever: neither who registers nor who asks for a schema', async () => {
  const silent = createServer(() => {}).listen(0, '127.0.0.1')
  try {
    await new Promise(resolve => silent.once('listening', resolve))
    const { port } = silent.address() as AddressInfo
    const { register, knows } = schemaRegistry(`http://127.0.0.1:${port}`, ms => systemClock.sleep(ms))
    await Promise.all([
      expect(register('clicks', Type.Object({}))).rejects.toThrow(/did not take the schema of clicks.*[Tt]imeout/),
      expect(knows(7)).rejects.toThrow(/[Tt]imeout/),
    ])
  } finally {
    silent.closeAllConnections()
    silent.close()
  }
})
