import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type MinilmModel, minilmModel } from '../../../infra/embeddings/minilm-model.ts'
import { MinilmProcess } from '../../../infra/embeddings/minilm-process.ts'
import { systemClock } from '../../../streams/clock.ts'
import { embedderContract } from '../../contracts/embedder.ts'

// A child that loads onnxruntime takes seconds, and machines are busy.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 60_000 })

const TINY = fileURLToPath(new URL('../../fixtures/tiny-minilm', import.meta.url))
const model = minilmModel(TINY, systemClock)
afterAll(() => model.close())
embedderContract('MiniLM of a thousandth of its size', () => model.current())

describe('a model that fails', () => {
  let folder: string
  let broken: MinilmModel
  /** As far as pauses go, time is what we say. */
  let later = 0
  const clock = { ...systemClock, monotonic: () => systemClock.monotonic() + later }
  const file = (name: string) => join(folder, 'all-MiniLM-L6-v2', name)
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tarang-minilm-'))
    cpSync(TINY, folder, { recursive: true })
    broken = minilmModel(folder, clock)
  })
  afterEach(async () => {
    await broken.close()
    rmSync(folder, { recursive: true })
  })
  const reason = () =>
    broken.current().then(
      () => undefined,
      (error: Error) => `${error.name}: ${error.message}`,
    )

  test('that is not there is named with what makes it, and is taken once it is there', async () => {
    renameSync(file('onnx/model.onnx'), file('away'))
    expect(await reason()).toMatch(/EmbedderUnavailable: .*model\.onnx is missing: infra\/models\/fetch/)
    renameSync(file('away'), file('onnx/model.onnx'))
    expect(await reason()).toMatch(/missing/) // a pause first
    later += 60_000
    expect((await broken.current()).dims).toBe(32)
  })

  test('a corrupt file, settings that are no JSON, and vectors of another size are told as what they are', async () => {
    const whole = readFileSync(file('onnx/model.onnx'))
    writeFileSync(file('onnx/model.onnx'), whole.subarray(0, 20_000))
    expect(await reason()).toMatch(/EmbedderUnavailable: all-MiniLM-L6-v2 in .* cannot be used: .+/)
    writeFileSync(file('onnx/model.onnx'), whole)
    const config = readFileSync(file('config.json'), 'utf8')
    writeFileSync(file('config.json'), config.replace('"hidden_size": 32', '"hidden_size": 384'))
    later += 60_000
    expect(await reason()).toMatch(/vectors of 32 numbers, its config\.json says 384/)
    writeFileSync(file('tokenizer.json'), 'tokens')
    later += 60_000
    expect(await reason()).toMatch(/cannot be used: .+JSON/)
  })

  test('the library that runs it, where it is not installed, is told by its name', async () => {
    const elsewhere = join(folder, 'infra/embeddings')
    const here = fileURLToPath(new URL('../../../infra/embeddings', import.meta.url))
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
    mkdirSync(join(folder, 'node_modules'))
    symlinkSync(join(here, '../../node_modules/tsx'), join(folder, 'node_modules/tsx'))
    cpSync(here, elsewhere, { recursive: true })
    const without = minilmModel(folder, clock, pathToFileURL(join(elsewhere, 'minilm-child.js')))
    await expect(without.current()).rejects.toThrow(/cannot be used: Cannot find package '@huggingface\/transformers'/)
  })

  test('a child that dies at work is told, and another takes its place with the same vectors', async () => {
    const children: MinilmProcess[] = []
    const start = vi.spyOn(MinilmProcess, 'start').mockImplementation(async (...how) => {
      const started = await original(...how)
      children.push(started)
      return started
    })
    try {
      const embedder = await broken.current()
      const before = await embedder.embed(['the delivery was late'])
      const asked = embedder.embed(Array.from({ length: 2000 }, (_, i) => `delivery ${i}`))
      await children[0]!.stop()
      await expect(asked).rejects.toThrow(/the process of all-MiniLM-L6-v2 failed: .*SIGKILL/)
      expect(await reason()).toMatch(/failed/)
      later += 60_000
      const again = await broken.current()
      expect([again.space, await again.embed(['the delivery was late'])]).toEqual([embedder.space, before])
    } finally {
      start.mockRestore()
    }
  })

  test('files that are replaced are another space, without a restart', async () => {
    const { space } = await broken.current()
    expect((await broken.current()).space).toBe(space)
    writeFileSync(file('tokenizer_config.json'), '{ "tokenizer_class": "BertTokenizer", "model_max_length": 32 }')
    const { space: other } = await broken.current()
    expect(other).toMatch(/^minilm-[0-9a-f]{8}$/)
    expect(other).not.toBe(space)
  })
})

const original = MinilmProcess.start.bind(MinilmProcess)
