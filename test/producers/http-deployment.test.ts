import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { httpDeployment } from '../../producers/http-deployment.ts'
import { systemClock } from '../../streams/clock.ts'

test('an address where something else answers is told at once, not after a minute of trying', async () => {
  const server = createServer((_, response) => response.end('<html>A shop</html>'))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const begun = systemClock.monotonic()
  await expect(httpDeployment(url, systemClock)).rejects.toMatchObject({
    code: 'not_found',
    message: expect.stringContaining(`${url}/health is no Tarang: "<html>A shop</html>"`),
  })
  expect(systemClock.monotonic() - begun).toBeLessThan(30_000)
  server.close()
})
