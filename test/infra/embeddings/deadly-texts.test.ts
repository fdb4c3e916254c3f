import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { embedAgain } from '../../../infra/embeddings/embed-again.ts'
import { type MinilmModel, minilmModel } from '../../../infra/embeddings/minilm-model.ts'
import { MinilmProcess } from '../../../infra/embeddings/minilm-process.ts'
import { catchUp } from '../../../infra/embeddings/text-embedding.ts'
import { hashedFamily, minilmFamily, type TextFamily } from '../../../infra/embeddings/text-family.ts'
import { headsOf } from '../../../infra/embeddings/text-sources.ts'
import { textSpaces } from '../../../infra/embeddings/text-spaces-table.ts'
import { type Clock, systemClock } from '../../../streams/clock.ts'
import { textShop } from './text-shop.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

/** Its files are looked at; what runs is `fragile-model.js`. */
const TINY = fileURLToPath(new URL('../../fixtures/tiny-minilm', import.meta.url))
const FRAGILE = new URL('../../fixtures/fragile-model.js', import.meta.url)

/** Five times as fast: nobody waits for pauses of seconds, or twenty for an answer. */
const hurried: Clock = {
  ...systemClock,
  monotonic: () => systemClock.monotonic() * 5,
  sleep: (ms, signal) => systemClock.sleep(ms / 5, signal),
}

let shop: Awaited<ReturnType<typeof textShop>>
beforeAll(async () => {
  shop = await textShop()
})
afterAll(() => shop.sql.close())
beforeEach(() => shop.empty())

function fragile(clock: Clock): MinilmModel {
  const model = minilmModel(TINY, clock, FRAGILE)
  onTestFinished(() => model.close())
  return model
}

/** Until all is embedded; what was counted and warned of meanwhile. */
async function embedded(families: readonly TextFamily[]) {
  const told: string[] = []
  const warned: object[] = []
  const parts = {
    ...shop.parts(),
    meter: {
      count: (name: string, labels: object, by = 1) => by > 0 && told.push([name, ...Object.values(labels), by].join(' ')),
      gauge: () => {},
      observe: () => {},
    },
    warn: (_: string, details: object) => warned.push(details),
  }
  const look = async () => catchUp(parts, families, await headsOf(shop.sql), () => true)
  await expect.poll(look, { timeout: 60_000, interval: 20 }).toBe('done')
  return { told, warned }
}

describe('a text at which the model’s process fails each time', () => {
  test.each([
    ['KILLS', 'model_died'],
    ['THROWS', 'model_died'],
    ['HANGS', 'model_silent'],
    ['SHORTENS', 'vector_invalid'],
    ['CONFUSES', 'vector_invalid'],
  ])('%s: it is passed by, told as %s, and found by its letters; its neighbours get their vectors', async (what, code) => {
    for (let i = 0; i < 100; i++) await shop.product(`p${i}`, i === 50 ? `A mug that ${what}` : `Mug ${i}`, i)
    await shop.folded('items', 0, 100)
    const { told, warned } = await embedded([hashedFamily, minilmFamily(fragile(hurried))])
    const keys = await shop.keys()
    expect(keys.filter(key => key.startsWith('hashed-1/'))).toHaveLength(100)
    expect(keys.filter(key => key.startsWith('minilm-fragile/'))).toHaveLength(99)
    expect(keys).not.toContain('minilm-fragile/product//p50')
    expect(await shop.refusals()).toEqual([{ space: 'minilm-fragile', kind: 'product', customer_id: '', id: 'p50', code }])
    expect(told).toContain(`texts_refused_total minilm ${code} 1`)
    expect(warned.at(-1)).toEqual({ space: 'minilm-fragile', kind: 'product', id: 'p50', code })
    expect(await textSpaces(shop.sql)).toMatchObject({ spaces: [{ family: 'hashed' }, { family: 'minilm' }], troubles: [] })
  })

  test('written by a customer, it keeps none of theirs back, nor what comes after', async () => {
    await shop.message('ada', 'm1', 'Where is my order? I want it now', 0)
    await shop.message('ada', 'm2', 'This is what KILLS it, I am sure of that', 1)
    await shop.message('bob', 'm3', 'I want my money back and this is not it', 2)
    await shop.folded('customers', 0, 3)
    const families = [minilmFamily(fragile(hurried))]
    await embedded(families)
    await shop.message('bob', 'm4', 'The box was damaged and I am not happy', 3)
    await shop.folded('customers', 0, 4)
    await embedded(families)
    expect(await shop.keys()).toEqual(['ada/m1', 'bob/m3', 'bob/m4'].map(key => `minilm-fragile/message/${key}`))
    expect(await shop.refusals()).toMatchObject([{ customer_id: 'ada', id: 'm2', code: 'model_died' }])
  })

  test('is told once, also where another kind’s page fails right after', async () => {
    await shop.product('mug', 'A mug that KILLS', 0)
    await shop.message('ada', 'm1', 'This is what KILLS it, I am sure of that', 0)
    await shop.folded('items', 0, 1)
    await shop.folded('customers', 0, 1)
    const { told, warned } = await embedded([minilmFamily(fragile(hurried))])
    expect(told).toEqual(Array(2).fill('texts_refused_total minilm model_died 1'))
    expect(warned.filter(details => 'code' in details)).toMatchObject([{ id: 'mug' }, { id: 'm1' }])
  })

  test('several on one page are each passed by, and no other with them', async () => {
    const deadly = new Set([0, 1, 17, 40])
    for (let i = 0; i < 60; i++) await shop.product(`p${i}`, `Mug ${i} ${deadly.has(i) ? 'KILLS' : ''}`, i)
    await shop.folded('items', 0, 60)
    await embedded([minilmFamily(fragile({ ...hurried, monotonic: () => systemClock.monotonic() * 1000 }))])
    expect((await shop.refusals()).map(({ id }) => id)).toEqual(['p0', 'p1', 'p17', 'p40'])
    expect(await shop.keys()).toHaveLength(56)
  })

  test('has its vector once it says something else, and is no longer told as refused; the old text had one, the deadly one takes it away', async () => {
    const families = [minilmFamily(fragile(hurried))]
    const called = async (name: string, offset: number) => {
      await shop.product('mug', name, offset)
      await shop.folded('items', 0, offset + 1)
      await embedded(families)
      return [(await shop.keys()).length, (await shop.refusals()).length]
    }
    expect(await called('Blue mug', 0)).toEqual([1, 0])
    expect(await called('A mug that KILLS', 1)).toEqual([0, 1])
    expect(await called('Green mug', 2)).toEqual([1, 0])
  })

  test('does not stop `tarang embed`: it goes on with another process, and tells how many there are', async () => {
    for (let i = 0; i < 100; i++) await shop.product(`p${i}`, i === 50 ? 'A mug that KILLS' : `Mug ${i}`, i)
    await shop.folded('items', 0, 100)
    const begun: unknown[] = []
    const options = {
      fromStart: true,
      going: async () => true,
      onBegin: (...how: unknown[]) => begun.push(how),
      onProgress: () => {},
    }
    const done = await embedAgain({ ...shop.parts(), clock: hurried }, [minilmFamily(fragile(hurried))], options)
    expect(done).toMatchObject({
      complete: true,
      spaces: [{ space: 'minilm-fragile', resumed: false, texts: 100, vectors: 99, refused: 1 }],
      troubles: [],
    })
    expect(begun).toEqual([['minilm-fragile', false, 100]])
  })
})

describe('a process that dies again and again', () => {
  /** Pauses end when we say. */
  let later = 0
  const clock = { ...systemClock, monotonic: () => later }
  const why = (work: Promise<unknown>) => work.then(() => 'up').catch((error: Error) => error.name)
  const dies = async (model: MinilmModel, text: string) => why((await model.current()).embed([text]))

  test('is started again after pauses that grow, up to a minute', async () => {
    const model = fragile(clock)
    const pauses: number[] = []
    for (let death = 0; death < 8; death++) {
      expect(await dies(model, `KILLS ${death}`)).toBe('EmbedderUnavailable')
      const from = later
      while ((await why(model.current())) !== 'up') later += 500
      pauses.push((later - from) / 1000)
    }
    expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 60, 60])
  })

  test('is not taken for well by a page that has nothing for it', async () => {
    const model = fragile(clock)
    await dies(model, 'KILLS 1')
    later += 1000
    await (await model.current()).embed(['', ' '])
    await dies(model, 'KILLS 2')
    later += 1500
    expect(await why(model.current())).toBe('EmbedderUnavailable')
    later += 500
    await (await model.current()).embed(['Blue mug'])
    await dies(model, 'KILLS 3')
    later += 1000
    expect(await why(model.current())).toBe('up')
  })

  test('is asked last about whom it died of: what hurts nobody is not refused for having been first twice when something else ended it', async () => {
    const children: MinilmProcess[] = []
    const started = vi.spyOn(MinilmProcess, 'start').mockImplementation(async (...how) => {
      const child = await start(...how)
      children.push(child)
      return child
    })
    onTestFinished(() => started.mockRestore())
    const model = fragile(clock)
    const page = ['HANGS, so that it is ended meanwhile', 'HANGS as well']
    for (const time of [1, 2]) {
      const asked = why((await model.current()).embed(page))
      await systemClock.sleep(50)
      await children.at(-1)!.stop()
      expect(await asked).toBe('EmbedderUnavailable')
      expect([time, ...page.map((await fresh(model)).refusal)]).toEqual([time, undefined, undefined])
    }
  })

  /** After any pause. */
  async function fresh(model: MinilmModel) {
    later += 60_000
    return model.current()
  }
})

const start = MinilmProcess.start.bind(MinilmProcess)
