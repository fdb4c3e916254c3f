import { mkdtempSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { vi } from 'vitest'
import { httpGateway } from '../../../infra/gateways/http.ts'
import { kannelGateway } from '../../../infra/gateways/kannel.ts'
import { simulator } from '../../../infra/gateways/simulator.ts'
import { simulatorRecord } from '../../../infra/gateways/simulator-record.ts'
import { twilioGateway } from '../../../infra/gateways/twilio.ts'
import { callbackSignature } from '../../../models/callback-signature.ts'
import { systemClock as clock } from '../../../streams/clock.ts'
import { farEnd, type GatewayHarness, gatewayContract } from '../../contracts/gateway.ts'
import { type GatewayMood, startGateway } from '../../support/sms-gateway.ts'
import { startTwilio, type TwilioMood } from '../../support/twilio-server.ts'
import { freshSql } from '../sms/sms-fixture.ts'

vi.setConfig({ testTimeout: 30_000, hookTimeout: 60_000 })

const moods: Readonly<Record<string, GatewayMood>> = {
  [farEnd.refuse]: 'refuse',
  [farEnd.throttle]: 'throttle',
  [farEnd.lose]: 'reset',
}
const moodOf = (to: string): GatewayMood => moods[to] ?? 'take'

async function http({ recognises }: { recognises: boolean }): Promise<GatewayHarness> {
  const server = await startGateway(join(mkdtempSync(join(tmpdir(), 'sms-')), 'submitted.jsonl'))
  server.mood = ({ to }) => moodOf(to)
  server.remembers = recognises
  const options = { url: server.url, clock, timeoutMs: 5000, recognises }
  const gateway = httpGateway(recognises ? options : { ...options, queryUrl: server.queryUrl })
  return {
    gateway,
    taken: async () => server.submitted().filter(({ to }) => !['refuse', 'throttle'].includes(moodOf(to))),
    async close() {
      await server.close()
      await gateway.close()
    },
  }
}
gatewayContract({ name: 'http, which can be asked' }, () => http({ recognises: false }))
gatewayContract({ name: 'http, which recognises repetitions' }, () => http({ recognises: true }))

gatewayContract({ name: 'kannel', lacks: ['throttle'] }, async () => {
  const taken: { reference: string; text: string }[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const to = request.headers['x-kannel-to'] as string
    const mood = moodOf(to)
    if (mood === 'refuse') return void response.writeHead(400).end(`Not to ${to}: Sale!`)
    const ref = new URL((request.headers['x-kannel-dlr-url'] as string).replaceAll('%', '')).searchParams.get('ref')!
    taken.push({ reference: Buffer.from(ref, 'base64url').toString('utf8'), text: Buffer.concat(chunks).toString('utf8') })
    if (mood === 'reset') request.socket.resetAndDestroy()
    else response.writeHead(202).end('0: Accepted for delivery')
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const gateway = kannelGateway({
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/cgi-bin/sendsms`,
    user: 'me',
    password: 'secret',
    callbacks: { url: 'http://tarang:3000', signature: callbackSignature('a key of this test') },
    clock,
  })
  return {
    gateway,
    taken: async () => taken,
    async close() {
      await gateway.close()
      server.close()
    },
  }
})

gatewayContract({ name: 'twilio' }, async () => {
  const server = await startTwilio()
  const answers: Readonly<Record<string, TwilioMood>> = {
    [farEnd.refuse]: { http: 400, code: 21211 },
    [farEnd.throttle]: { http: 429, code: 20429 },
    [farEnd.lose]: 'lose',
  }
  server.mood = to => answers[to] ?? 'take'
  const gateway = twilioGateway({
    url: server.url,
    user: `AC${'0'.repeat(32)}`,
    password: 'token',
    sender: '+15005550006',
    callbackUrl: 'https://shop.example',
    clock,
  })
  return {
    gateway,
    async taken() {
      const kept = server.asked.filter(({ form }) => typeof server.mood(form.To ?? '') === 'string')
      return kept.map(({ form }) => ({
        reference: Buffer.from(new URL(form.StatusCallback!).searchParams.get('ref')!, 'base64url').toString('utf8'),
        text: form.Body!,
      }))
    },
    async close() {
      await server.close()
      await gateway.close()
    },
  }
})

gatewayContract({ name: 'simulator', textless: true }, async () => {
  const sql = await freshSql()
  const rule = (to: string, does: 'refuse' | 'throttle' | 'lose_answer') => ({ to: `^\\${to}$`, does })
  const script = {
    latencyMs: 1,
    rules: [rule(farEnd.refuse, 'refuse'), rule(farEnd.throttle, 'throttle'), rule(farEnd.lose, 'lose_answer')],
  }
  const gateway = simulator({ clock, record: await simulatorRecord(sql), script })
  return {
    gateway,
    async taken() {
      const rows = await sql.query('SELECT reference FROM simulator_texts')
      return rows.map(({ reference }) => ({ reference: reference as string, text: '' }))
    },
    async close() {
      await gateway.close()
      await sql.close()
    },
  }
})
