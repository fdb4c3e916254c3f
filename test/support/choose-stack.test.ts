import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { chooseStack } from './choose-stack.ts'
import { findStack, type Stack } from './find-stack.ts'
import { freePort } from './free-port.ts'
import { pinnedImage } from './pinned-image.ts'

const settings = { KAFKA_BROKERS: 'docker:9094', DATABASE_URL: 'postgres://docker/tarang' }
const local: Stack = {
  brokers: ['127.0.0.1:19092'],
  databaseUrl: 'postgres://tarang@127.0.0.1:15432/tarang',
  registryUrl: undefined,
  redisUrl: undefined,
  prometheus: undefined,
}
let begun = 0
afterEach(() => {
  begun = 0
})

const choose = (found: Stack | undefined, docker: boolean) =>
  chooseStack({
    find: async () => found,
    dockerAnswers: async () => docker,
    async beginContainers() {
      begun++
      return { settings, stop: async () => {} }
    },
  })

test.each([
  ['with Docker', true],
  ['without Docker', false],
])('a stack that runs is used, and no container begun beside it, %s', async (_, docker) => {
  expect(await choose(local, docker)).toBeUndefined()
  expect(begun).toBe(0)
})

test('without a stack and without Docker there is none, and tests of the stack are skipped', async () => {
  expect(await choose(undefined, false)).toBeUndefined()
  expect(begun).toBe(0)
})

test('without a stack Docker begins one, which tests find by what it says', async () => {
  const { settings: said } = (await choose(undefined, true))!
  expect(begun).toBe(1)
  expect(await findStack(said, '/nowhere')).toMatchObject({ brokers: ['docker:9094'], databaseUrl: 'postgres://docker/tarang' })
})

test('a stack that was written down and does not run any more is none', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tarang-stack-'))
  const written = join(folder, 'env')
  const dead = await freePort()
  writeFileSync(written, `KAFKA_BROKERS=127.0.0.1:${dead}\nDATABASE_URL=postgres://tarang@127.0.0.1:${dead}/tarang\n`)
  expect(await findStack({}, written)).toBeUndefined()
  expect(await findStack({}, join(folder, 'none'))).toBeUndefined()
  rmSync(folder, { recursive: true })
})

test('containers run the very images of docker-compose.yml, each at a version', () => {
  const compose =
    'x-a: &a { image: "tarang:0.1.0" }\nservices: { us: { <<: *a }, kafka: { image: apache/kafka:4.3.1 }, redis: { image: redis } }'
  expect([pinnedImage('kafka', compose), pinnedImage('us', compose)]).toEqual(['apache/kafka:4.3.1', 'tarang:0.1.0'])
  expect(() => pinnedImage('redis', compose)).toThrow('must name a version of redis')
  expect(() => pinnedImage('grafana', compose)).toThrow('has no image for grafana')
})
