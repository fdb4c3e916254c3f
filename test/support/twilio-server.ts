import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What Twilio answers a create with: an error by its code and HTTP status, or a lost connection. */
export type TwilioMood =
  | 'take'
  | 'lose'
  | 'mumble'
  | { readonly http: number; readonly code?: number; readonly retryAfter?: number }

export interface TwilioServer {
  readonly url: string
  mood: (to: string) => TwilioMood
  /** Every create it read whole, in the order in which they came. */
  readonly asked: readonly TwilioCreate[]
  close(): Promise<void>
}

export interface TwilioCreate {
  readonly path: string
  readonly authorization: string | undefined
  readonly contentType: string | undefined
  readonly form: Readonly<Record<string, string>>
}

/** Twilio's Messages resource as its documentation has it, on loopback: 201 with a SID, errors as `{ code, message, more_info, status }`. */
export async function startTwilio(): Promise<TwilioServer> {
  const asked: TwilioCreate[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const form = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString('utf8')))
    const { authorization, 'content-type': contentType } = request.headers
    asked.push({ path: request.url!, authorization, contentType, form })
    const to = form.To ?? ''
    const mood = twilio.mood(to)
    const json = (status: number, body: object) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    if (mood === 'lose') request.socket.resetAndDestroy()
    else if (mood === 'mumble') json(201, { status: 'queued' })
    else if (mood === 'take') json(201, { sid: `SM${`${asked.length}`.padStart(32, '0')}`, status: 'queued', error_code: null })
    else {
      const { http, code, retryAfter } = mood
      if (retryAfter !== undefined) response.setHeader('retry-after', `${retryAfter}`)
      if (code === undefined) response.writeHead(http).end('<html>')
      else
        json(http, {
          code,
          message: `Not to ${to}: ${form.Body}`,
          more_info: `https://www.twilio.com/docs/errors/${code}`,
          status: http,
        })
    }
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const twilio: TwilioServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    mood: () => 'take',
    asked,
    async close() {
      server.closeAllConnections()
      await new Promise(resolve => server.close(resolve))
    },
  }
  return twilio
}
