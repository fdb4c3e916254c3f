import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'

/** Stands before a server, on a port of its own that stays the same, and can be switched off and on: as if that server were down. */
export interface SwitchableProxy {
  readonly url: string
  on(): Promise<void>
  off(): Promise<void>
}

/** A proxy to the host of an http address, switched off to begin with. */
export async function switchableProxy(target: string): Promise<SwitchableProxy> {
  const { protocol, hostname, port, pathname } = new URL(target)
  const sockets = new Set<Socket>()
  const keep = (socket: Socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket)).on('error', () => {})
  }
  let server: Server | undefined
  let own = 0

  async function on(): Promise<void> {
    server = createServer(socket => {
      const upstream = connect({ host: hostname, port: Number(port) })
      for (const [from, to] of [
        [socket, upstream],
        [upstream, socket],
      ] as const) {
        keep(from)
        from.pipe(to)
        from.on('close', () => to.destroy())
      }
    })
    server.listen(own, '127.0.0.1')
    await once(server, 'listening')
    own = (server.address() as AddressInfo).port
  }

  async function off(): Promise<void> {
    const closed = server?.listening ? once(server, 'close') : undefined
    server?.close()
    for (const socket of sockets) socket.destroy()
    await closed
  }

  await on()
  await off()
  return { url: `${protocol}//127.0.0.1:${own}${pathname}`, on, off }
}
