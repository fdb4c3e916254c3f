import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { textSpaces } from '../../infra/embeddings/text-spaces-table.ts'
import { vectorOf } from '../../infra/embeddings/text-vectors-table.ts'
import { hashedVector } from '../../models/embedding/hashed-embedder.ts'
import { runTarang } from '../support/run-tarang.ts'
import { type Deployment, embeddedDeployment } from '../support/scratch-deployment.ts'
import { startHere, type TarangHere } from '../support/tarang-here.ts'

vi.setConfig({ testTimeout: 300_000, hookTimeout: 120_000 })

const modelDir = fileURLToPath(new URL('../fixtures/tiny-minilm', import.meta.url))
const PATIENCE = { timeout: 240_000, interval: 200 }
const ENGLISH = 'I want my money back, this is not what I ordered'

let deployment: Deployment
let here: TarangHere | undefined
beforeAll(async () => {
  deployment = await embeddedDeployment()
  here = await startHere({ ...deployment.config, modelDir })
})
afterAll(async () => {
  await here?.stop()
  await deployment?.dispose()
})

const message = (id: string, text: string, direction = 'in') => ({
  type: 'message',
  id,
  customerId: 'ada',
  occurredAt: '2026-01-01T00:00:00.000Z',
  direction,
  channel: 'chat',
  text,
})

test('what is posted gets its vectors, each text in the spaces that take it; nothing of it is stored in the open', async () => {
  const { sql } = here!.tarang
  const answers = [
    await here!.post('/v1/events', {
      type: 'product',
      id: 'p1',
      productId: 'mug',
      occurredAt: '2026-01-01T00:00:00Z',
      name: 'Blue mug',
    }),
    await here!.post('/v1/events', message('m1', ENGLISH)),
    await here!.post('/v1/events', message('m2', 'بہت اچھا کپڑا ہے')),
    await here!.post('/v1/events', message('m3', 'Thank you for your order', 'out')),
  ]
  expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202])
  const rows = () =>
    sql.query('SELECT family, kind, id, vector FROM text_vectors JOIN text_spaces USING (space) ORDER BY 1, 2, 3')
  await expect
    .poll(async () => (await rows()).map(({ family, id }) => `${family}/${id}`), PATIENCE)
    .toEqual(['hashed/m1', 'hashed/m2', 'hashed/mug', 'minilm/m1', 'minilm/mug'])
  expect(vectorOf((await rows())[0]!.vector as Uint8Array)).toEqual(hashedVector(ENGLISH))
  await expect
    .poll(async () => (await textSpaces(sql)).spaces.map(({ family }) => family), PATIENCE)
    .toEqual(['hashed', 'minilm'])
  const [{ kept }] = (await sql.query("SELECT string_agg(m::text, '') AS kept FROM documents m")) as [{ kept: string }]
  expect(kept).toContain('m1')
  expect(kept).not.toMatch(/money|کپڑا|Thank/)
})

test('`tarang embed` embeds all of it again, says what it did, and names a model that it cannot use', async () => {
  await here!.stop()
  here = undefined
  const env = { ...deployment.settings, TARANG_MODEL_DIR: modelDir }
  const { code, stdout, stderr } = await runTarang(['embed', '--json'], env)
  expect([code, stderr]).toEqual([0, expect.stringContaining('hashed-1: 3 texts')])
  expect(JSON.parse(stdout)).toMatchObject({
    complete: true,
    spaces: [
      { space: 'hashed-1', texts: 3, vectors: 3, resumed: false },
      { space: expect.stringMatching(/^minilm-/), texts: 3, vectors: 2, resumed: false },
    ],
    troubles: [],
  })
  const without = await runTarang(['embed'], { ...env, TARANG_MODEL_DIR: '/nowhere' })
  expect([without.code, without.stdout]).toEqual([
    1,
    expect.stringMatching(/hashed-1: 3 texts passed[\s\S]*minilm: not all was embedded\. .*is missing/),
  ])
})
