import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Kafka, logLevel } from 'kafkajs'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { clicks, flowCalls, itemEvents } from '../../schemas/topics.ts'
import { systemClock as clock } from '../../streams/clock.ts'
import { flowCall } from '../infra/webhooks/webhook-fixture.ts'
import { alertRules, dashboard, dashboardQueries } from '../support/dashboard.ts'
import { type Series, type Watching, watchBy } from '../support/prometheus.ts'
import { readTopic } from '../support/read-topic.ts'
import { scrape } from '../support/scrape.ts'
import { type Deployment, openLeft, stackDeployment } from '../support/scratch-deployment.ts'
import { startGateway, type TestGateway } from '../support/sms-gateway.ts'
import { describePrometheus } from '../support/stack.ts'
import { type SwitchableProxy, switchableProxy } from '../support/switchable-proxy.ts'
import { startHere, type TarangHere } from '../support/tarang-here.ts'

const PATIENCE = { timeout: 30_000, interval: 200 }
const ROUNDS = 8

const click = (more: Record<string, unknown> = {}) => ({
  type: 'click',
  id: randomUUID(),
  customerId: 'ada',
  occurredAt: '2026-01-01T00:00:00.000Z',
  kind: 'view',
  productId: 'tea',
  ...more,
})
const bare = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value))

/** Everything that can happen to an instance, so that each metric says something. */
describePrometheus('what operators look at', (stack, prometheus) => {
  let folder: string
  let gateway: TestGateway
  let proxy: SwitchableProxy
  let deployment: Deployment
  let here: TarangHere
  let watching: Watching

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tarang-gateway-'))
    gateway = await startGateway(join(folder, 'submitted.jsonl'))
    proxy = await switchableProxy(stack.databaseUrl)
    await proxy.on()
    const databaseUrl = Object.assign(new URL(stack.databaseUrl), { port: new URL(proxy.url).port }).href
    deployment = await stackDeployment({ ...stack, databaseUrl }, { gatewayUrl: gateway.url })
    await loseRecords()
    here = await startHere(deployment.config)
    watching = watchBy(prometheus, [here.url.slice('http://'.length)])
    const up = async () =>
      (await watching.query('up{job="tarang"} == 1')).some(({ metric }) => here.url.endsWith(metric.instance!))
    await vi.waitUntil(up, PATIENCE)
    for (let i = 0; i < ROUNDS; i++) {
      await traffic(i)
      await clock.sleep(1000)
    }
    await trouble()
    await clock.sleep(3000)
  }, 180_000)

  afterAll(async () => {
    watching?.end()
    await proxy?.on().catch(() => {})
    await here?.stop()
    await deployment?.dispose()
    await proxy?.off()
    await gateway?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  /** As when an instance was away for longer than a topic keeps records. */
  async function loseRecords(): Promise<void> {
    const before = await startHere(deployment.config)
    const topic = before.tarang.engine.names.of(clicks)
    await publish(before, click({ id: 'read' }))
    await vi.waitUntil(async () => (await before.get('/customers/ada')).status === 200, PATIENCE)
    await before.stop()
    await using left = await openLeft(deployment)
    await left.log.publish([{ topic, partition: 0, key: null, value: bare(click()), headers: {}, timestamp: clock.now() }])
    const admin = new Kafka({ brokers: [...stack.brokers], logLevel: logLevel.NOTHING }).admin()
    await admin.connect()
    await admin.fetchTopicOffsets(topic) // kafkajs must have met it
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '2' }] })
    await admin.disconnect()
  }

  async function publish({ tarang: { engine } }: TarangHere, value: unknown): Promise<void> {
    const topic = engine.names.of(clicks)
    await engine.log.publish([{ topic, partition: 0, key: null, value: bare(value), headers: {}, timestamp: clock.now() }])
  }

  async function traffic(round: number): Promise<void> {
    const purchase = click({
      type: 'purchase',
      kind: undefined,
      productId: undefined,
      orderId: `o${round}`,
      lines: [{ productId: 'tea', quantity: 1, unitPrice: '2.50' }],
    })
    await here.post('/v1/events?wait=applied', purchase)
    await here.post('/v1/events', purchase)
    await here.post('/v1/events', { ...purchase, lines: 'none' })
    await publish(here, click())
    await publish(here, 'not json')
    await repeat()
    for (const mood of ['take', 'refuse', 'reset'] as const) {
      gateway.mood = mood
      const id = `${mood}-${round}`
      await here.post('/sms/requests', { id, to: '+923001234567', text: 'Shukriya!', class: 'transactional' })
      const ended = async () =>
        /submitted|rejected|unknown/.test((await here.get(`/sms/requests/${id}`)).body.attempts?.[0]?.status)
      await vi.waitUntil(ended, PATIENCE)
    }
    const call = flowCall(`w${round}`, 'https://hooks.shop.example/nobody')
    await here.tarang.publish([{ topic: flowCalls, key: call.customerId, value: call }])
    await here.post('/api/v1/generateFlow', { campaignDescription: 'Welcome new customers' })
    for (const path of ['/recommendations/ada', '/customers/ada', '/segments']) await here.get(path)
  }

  /** As an instance does that died between publishing and committing. */
  async function repeat(): Promise<void> {
    const { engine } = here.tarang
    const told = await readTopic(engine, itemEvents)
    const { topic, partition, key, value, headers, timestamp } = told.at(-1)!.record
    await engine.log.publish([{ topic, partition, key, value, headers, timestamp }])
  }

  /** The database goes away for a moment. */
  async function trouble(): Promise<void> {
    await proxy.off()
    await publish(here, click())
    const failed = async () => (await scrape(here.url)).value('tarang_processor_failures_total')
    await vi.waitUntil(failed, PATIENCE)
    expect((await here.get('/customers/ada')).status).toBe(503)
    await clock.sleep(1500)
    await proxy.on()
    await vi.waitUntil(async () => (await here.get('/ready')).status === 200, PATIENCE)
  }

  /** As Grafana writes a query out: the chosen instances as a regular expression, and four scrapes for the rates. */
  const written = (expr: string) =>
    expr.replaceAll('$__rate_interval', '5s').replaceAll('$instance', here.url.slice('http://'.length).replaceAll('.', '\\\\.'))

  const finite = (series: readonly Series[]) =>
    series.filter(({ values }) => values.some(([, value]) => Number.isFinite(Number(value))))

  test.each(dashboardQueries())('the dashboard’s “$title” shows something: $expr', async ({ expr, legendFormat }) => {
    expect(expr).toMatch(/\$instance|ALERTS/)
    const series = finite(await watching.query(written(expr)))
    expect(series.length).toBeGreaterThan(0)
    for (const [, label] of legendFormat.matchAll(/\{\{(\w+)\}\}/g))
      expect(series.filter(({ metric }) => metric[label!] === undefined)).toEqual([])
  })

  test('the dashboard’s list of instances finds them', async () => {
    const [{ name, definition } = { name: '', definition: '' }, ...others] = dashboard().templating.list
    const [, match, label] = /^label_values\((.+), (\w+)\)$/.exec(definition) ?? []
    expect([name, others]).toEqual(['instance', []])
    expect(await watching.labelValues(label!, match!)).toContain(here.url.slice('http://'.length))
  })

  test.each(alertRules())('the expression of $alert can be asked of what instances tell', async ({ expr }) => {
    await expect(watching.query(expr)).resolves.toBeDefined()
  })

  test('every metric of ours is on the dashboard or in an alert: none is kept for nobody', async () => {
    const asked = [...dashboardQueries(), ...alertRules()].map(({ expr }) => expr).join('\n')
    const told = (await (await fetch(`${here.url}/metrics`)).text()).matchAll(/^# TYPE (tarang_\w+) /gm)
    expect([...told].map(([, name]) => name!).filter(name => !asked.includes(name))).toEqual([])
  })

  test('panels lie side by side, have ids of their own and name the data source that is provisioned', () => {
    const { panels } = dashboard()
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length)
    expect(new Set(dashboardQueries().map(({ datasource }) => datasource.uid))).toEqual(new Set(['prometheus']))
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, i) => `${x + (i % w)},${y + Math.floor(i / w)}`),
    )
    expect(new Set(cells).size).toBe(cells.length)
    expect(panels.every(({ gridPos: { x, w } }) => x + w <= 24)).toBe(true)
  })
})
