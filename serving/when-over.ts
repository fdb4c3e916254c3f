import type { FastifyReply, FastifyRequest } from 'fastify'

/**
 * Calls back once: when the answer is out, or the client is gone, at once where it is gone already. The response alone would not
 * tell: one that waits behind another on its connection (HTTP pipelining) never hears that the connection has ended.
 */
export function whenOver({ raw: { socket } }: FastifyRequest, { raw: response }: FastifyReply, over: () => void): void {
  const end = () => {
    socket.off('close', end)
    response.off('close', end)
    over()
  }
  if (socket.destroyed) {
    over()
    return
  }
  socket.setMaxListeners(0) // one for each request under way on it
  socket.once('close', end)
  response.once('close', end)
}
