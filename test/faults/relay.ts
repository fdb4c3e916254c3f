import { connect, createServer } from 'node:net'

/** Passes connections on: `relay.ts LISTEN TO PORT…` takes them at LISTEN:PORT and opens the same port of TO. */
const [listen, to, ...ports] = process.argv.slice(2)

for (const port of ports.map(Number)) {
  const server = createServer(near => {
    const far = connect({ host: to!, port })
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      one.on('error', () => {}) // its end is the other's end too
      one.on('close', () => other.destroy())
      one.pipe(other)
    }
  })
  await new Promise<void>(resolve => server.listen(port, listen, resolve))
}
process.send?.('ready')
