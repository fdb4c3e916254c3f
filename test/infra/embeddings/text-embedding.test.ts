import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { textEmbedding } from '../../../infra/embeddings/text-embedding.ts'
import { hashedFamily, type TextFamily } from '../../../infra/embeddings/text-family.ts'
import { textSpaces } from '../../../infra/embeddings/text-spaces-table.ts'
import { EmbedderUnavailable } from '../../../models/embedding/embedder.ts'
import { hashedVector } from '../../../models/embedding/hashed-embedder.ts'
import { fickle, textShop } from './text-shop.ts'

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 })

let shop: Awaited<ReturnType<typeof textShop>>
beforeAll(async () => {
  shop = await textShop()
})
afterAll(() => shop.sql.close())
beforeEach(() => shop.empty())

/** Runs the dispatcher until `check` holds. */
async function running(families: readonly TextFamily[], check: () => Promise<void>): Promise<void> {
  const stop = new AbortController()
  const run = textEmbedding(shop.parts(), families).run(stop.signal)
  try {
    await vi.waitFor(check, { timeout: 60_000, interval: 100 })
  } finally {
    stop.abort()
    await run
  }
}

const spaces = async () => (await textSpaces(shop.sql)).spaces.map(({ space }) => space)

describe('embedding texts as they come', () => {
  test('products and messages get the vector of their text, whatever partition they are in; a space is read once all have one', async () => {
    await shop.product('tea', 'Green tea', 0)
    await shop.product('cup', 'کپ', 3, 7)
    await shop.message('ada', 'm1', 'bohat acha', 1)
    await shop.folded('items', 0, 1)
    await shop.folded('items', 7, 4)
    await shop.folded('customers', 0, 2)
    await running([hashedFamily], async () => expect(await spaces()).toEqual(['hashed-1']))
    expect(await shop.vectors()).toEqual([
      expect.objectContaining({ kind: 'message', customer_id: 'ada', id: 'm1', at: 1001, vector: hashedVector('bohat acha') }),
      expect.objectContaining({ kind: 'product', customer_id: '', id: 'cup', at: 0, vector: hashedVector('کپ') }),
      expect.objectContaining({ kind: 'product', customer_id: '', id: 'tea', at: 0, vector: hashedVector('Green tea') }),
    ])
  })

  test('a thousand texts are all passed, page by page', async () => {
    await shop.products(1000)
    await running([hashedFamily], async () => expect(await shop.vectors()).toHaveLength(1000))
  })

  test('what is folded while it runs follows, and words that change are embedded anew; a text that became empty has no vector', async () => {
    await shop.product('tea', 'Tea', 0)
    await shop.product('cup', 'Cup', 1)
    await shop.folded('items', 0, 2)
    let told = false
    await running([hashedFamily], async () => {
      expect(await shop.vectors()).toHaveLength(told ? 1 : 2)
      if (!told) {
        told = true
        await shop.product('tea', 'Matcha', 2)
        await shop.product('cup', null, 3)
        await shop.folded('items', 0, 4)
      }
      expect((await shop.vectors()).map(({ vector }) => vector)).toEqual([hashedVector('Matcha')])
    })
  })

  test('rows of an offset that is not whole yet are left for later: what comes with them must not be overtaken', async () => {
    await shop.product('tea', 'Tea', 0)
    await shop.product('cup', 'Cup', 1)
    await shop.folded('items', 0, 1)
    await running([hashedFamily], async () => expect(await spaces()).toEqual(['hashed-1']))
    expect(await shop.keys()).toEqual(['hashed-1/product//tea'])
    await shop.product('bag', 'Bag', 1)
    await shop.folded('items', 0, 2)
    await running([hashedFamily], async () => expect(await shop.vectors()).toHaveLength(3))
  })

  test('a message whose key is gone gets no vector, and keeps nobody else waiting', async () => {
    await shop.message('ada', 'm1', 'hello there', 0)
    await shop.message('bob', 'm2', 'hello there', 1)
    await shop.sql.query("DELETE FROM customer_keys WHERE owner = 'ada'")
    await shop.folded('customers', 0, 2)
    await running([hashedFamily], async () => expect(await spaces()).toEqual(['hashed-1']))
    expect(await shop.keys()).toEqual(['hashed-1/message/bob/m2'])
  })

  test('with a thing to do for two instances each text is embedded once', async () => {
    for (let i = 0; i < 30; i++) await shop.product(`p${i}`, `Thing ${i}`, i)
    await shop.folded('items', 0, 30)
    const [a, b] = [fickle(), fickle()]
    const settled = async () => expect(await spaces()).toEqual(['minilm-1'])
    await Promise.all([running([a], settled), running([b], settled)])
    expect(a.state.asked + b.state.asked).toBe(30)
  })
})

describe('which space a text goes to', () => {
  test('every text to the hashed one, to the model only what it can read', async () => {
    await shop.message('ada', 'en', 'I want my money back and this is not what you said', 0)
    await shop.message('ada', 'ro', 'mera order abhi tak nahi aya', 1)
    await shop.message('ada', 'ur', 'میرا آرڈر ابھی تک نہیں آیا', 2)
    await shop.folded('customers', 0, 3)
    await running([hashedFamily, fickle()], async () => expect(await spaces()).toEqual(['hashed-1', 'minilm-1']))
    expect(await shop.keys()).toEqual([
      'hashed-1/message/ada/en',
      'hashed-1/message/ada/ro',
      'hashed-1/message/ada/ur',
      'minilm-1/message/ada/en',
    ])
  })

  test('a family that cannot be asked is told as trouble while the others go on, and catches up once it can be', async () => {
    await shop.product('tea', 'Tea', 0)
    await shop.folded('items', 0, 1)
    const model = fickle()
    model.state.down = true
    let told = false
    await running([hashedFamily, model], async () => {
      if (!told) {
        expect(await textSpaces(shop.sql)).toMatchObject({
          spaces: [{ space: 'hashed-1' }],
          troubles: [{ family: 'minilm', reason: 'away' }],
        })
        told = true
        model.state.down = false
      }
      expect(await textSpaces(shop.sql)).toMatchObject({ spaces: [{ space: 'hashed-1' }, { space: 'minilm-1' }], troubles: [] })
    })
    expect(await shop.keys()).toEqual(['hashed-1/product//tea', 'minilm-1/product//tea'])
  })

  test('the space of a model that is no longer configured is not read, and is again, without a text embedded twice, once it is', async () => {
    await shop.products(100)
    const model = fickle()
    await running([hashedFamily, model], async () => expect(await spaces()).toEqual(['hashed-1', 'minilm-1']))
    await running([hashedFamily], async () => expect(await spaces()).toEqual(['hashed-1']))
    await running([hashedFamily, model], async () => expect(await spaces()).toEqual(['hashed-1', 'minilm-1']))
    expect(model.state.asked).toBe(100)
  })

  test('an hour after another model took its place nothing is left of the old one', async () => {
    await shop.products(100)
    const model = fickle()
    await running([model], async () => expect(await spaces()).toEqual(['minilm-1']))
    model.state.version = 2
    await running([model], async () => expect(await spaces()).toEqual(['minilm-2']))
    expect(await shop.vectors()).toHaveLength(200)
    await shop.sql.query("INSERT INTO text_refusals VALUES ('minilm-1', 'product', 'p0', '', 'model_died')")
    await shop.sql.query('UPDATE text_spaces SET ready_at = ready_at - 3600001, began_at = began_at - 3600001')
    await running([model], async () => expect(await shop.vectors()).toHaveLength(100))
    expect(await shop.sql.query('SELECT DISTINCT space FROM text_cursors')).toEqual([{ space: 'minilm-2' }])
    expect(await shop.refusals()).toEqual([])
  })

  test('another model builds its space beside the old one, which is read until the new one is complete', async () => {
    for (let i = 0; i < 200; i++) await shop.product(`p${i}`, `Thing ${i}`, i)
    await shop.folded('items', 0, 200)
    const model = fickle()
    await running([model], async () => expect(await spaces()).toEqual(['minilm-1']))
    model.state.version = 2
    const partial: TextFamily = {
      ...model,
      async current() {
        const embedder = await model.current()
        return {
          ...embedder,
          async embed(texts) {
            if (model.state.asked >= 300) throw new EmbedderUnavailable('stopped half-way')
            return embedder.embed(texts)
          },
        }
      },
    }
    await running([partial], async () => expect(model.state.asked).toBeGreaterThanOrEqual(300))
    expect(await spaces()).toEqual(['minilm-1'])
    const before = model.state.asked
    await running([model], async () => expect(await spaces()).toEqual(['minilm-2']))
    expect(model.state.asked).toBe(400)
    expect(before).toBeGreaterThan(200)
  })
})

test('a customer erased while their message is embedded leaves no vector: the deletion waits for it, and takes it along', async () => {
  await shop.message('ada', 'm1', 'hello there', 0)
  await shop.folded('customers', 0, 1)
  const erasing: TextFamily = {
    ...hashedFamily,
    async current() {
      const embedder = await hashedFamily.current()
      return {
        ...embedder,
        async embed(texts) {
          await shop.sql.query("DELETE FROM documents WHERE customer_id = 'ada'")
          await shop.sql.query("DELETE FROM text_vectors WHERE customer_id = 'ada'")
          return embedder.embed(texts)
        },
      }
    },
  }
  await running([erasing], async () => expect(await spaces()).toEqual(['hashed-1']))
  expect(await shop.keys()).toEqual([])
})
