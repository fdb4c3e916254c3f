import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { type AgainOptions, embedAgain } from '../../../infra/embeddings/embed-again.ts'
import { hashedFamily } from '../../../infra/embeddings/text-family.ts'
import { hashedVector } from '../../../models/embedding/hashed-embedder.ts'
import { fickle, textShop } from './text-shop.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

let shop: Awaited<ReturnType<typeof textShop>>
beforeAll(async () => {
  shop = await textShop()
})
afterAll(() => shop.sql.close())
beforeEach(() => shop.empty())

const quiet: AgainOptions = { fromStart: false, going: async () => true, onBegin: () => {}, onProgress: () => {} }

/** Lets so many pages pass. */
function pages(count: number) {
  let left = count
  return async () => left-- > 0
}

describe('embedding all again', () => {
  test('mends vectors that were damaged, in every space', async () => {
    await shop.products(100)
    await shop.message('ada', 'm1', 'I want my money back and this is not it', 0)
    await shop.folded('customers', 0, 1)
    await embedAgain(shop.parts(), [hashedFamily, fickle()], quiet)
    const whole = await shop.vectors()
    await shop.sql.query("UPDATE text_vectors SET vector = 'broken'::bytea")
    const done = await embedAgain(shop.parts(), [hashedFamily, fickle()], quiet)
    expect(done).toMatchObject({
      complete: true,
      spaces: [
        { space: 'hashed-1', resumed: false, texts: 101, vectors: 101 },
        { space: 'minilm-1', resumed: false, texts: 101, vectors: 101 },
      ],
      troubles: [],
    })
    expect(await shop.vectors()).toEqual(whole)
  })

  test('cut short it goes on where it was, and from the start when it is told to', async () => {
    await shop.products(1000)
    const model = fickle()
    const begun: unknown[] = []
    const onBegin: AgainOptions['onBegin'] = (...told) => begun.push(told)
    const first = await embedAgain(shop.parts(), [model], { ...quiet, onBegin, going: pages(3) })
    expect(first.complete).toBe(false)
    const passed = first.spaces[0]!.texts
    expect(passed).toBeGreaterThan(100)
    const second = await embedAgain(shop.parts(), [model], { ...quiet, onBegin })
    expect(second).toMatchObject({ complete: true, spaces: [{ resumed: true, texts: 1000 - passed }] })
    await embedAgain(shop.parts(), [model], { ...quiet, going: pages(2) })
    const third = await embedAgain(shop.parts(), [model], { ...quiet, onBegin, fromStart: true })
    expect(third.spaces).toMatchObject([{ resumed: false, texts: 1000 }])
    expect(begun).toEqual([
      ['minilm-1', false, 1000],
      ['minilm-1', true, 1000 - passed],
      ['minilm-1', false, 1000],
    ])
  })

  test('a model that cannot be asked is told, and the others are done', async () => {
    await shop.product('tea', 'Tea', 0)
    await shop.folded('items', 0, 1)
    const model = fickle()
    model.state.down = true
    const done = await embedAgain(shop.parts(), [model, hashedFamily], quiet)
    expect(done).toMatchObject({
      complete: true,
      spaces: [{ space: 'hashed-1' }],
      troubles: [{ family: 'minilm', reason: 'away' }],
    })
    expect((await shop.vectors()).map(({ vector }) => vector)).toEqual([hashedVector('Tea')])
  })

  test('what comes while it runs is embedded by its end', async () => {
    await shop.products(200)
    let told = false
    const going = async () => {
      if (!told) {
        told = true
        await shop.product('new', 'Came meanwhile', 99)
        await shop.folded('items', 0, 100)
      }
      return true
    }
    await embedAgain(shop.parts(), [hashedFamily], { ...quiet, going })
    expect(await shop.keys()).toContain('hashed-1/product//new')
  })
})
