import { spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { describeWhere } from '../support/stack.ts'
import { whatItTook } from './what-it-took.ts'

let scratch: string
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'tarang-took-'))
})
afterAll(() => rm(scratch, { recursive: true }))

const python = spawnSync('python3', ['--version']).status === 0 ? 'python3' : undefined

describeWhere('what a command took', python, 'no python3', () => {
  const node = (script: string) => whatItTook(process.execPath, ['-e', script], join(scratch, 'took.json'))

  test('memory is the most that it held at a time', async () => {
    const idle = await node('0')
    const held = await node('Buffer.alloc(300 << 20, 1)')
    expect(held.peakMib - idle.peakMib).toBeGreaterThan(280)
    expect(held.peakMib - idle.peakMib).toBeLessThan(340)
  })

  test('CPU time is that of all its threads', async () => {
    const [loop, own] = ['for (let sum = 0, i = 0; i < 1e9; i++) sum += i;', join(scratch, 'own.json')]
    const told = `process.on('exit', () => require('fs').writeFileSync(${JSON.stringify(own)}, JSON.stringify(process.cpuUsage())));`
    const took = await node(`${told} new (require('worker_threads').Worker)(${JSON.stringify(loop)}, { eval: true }); ${loop}`)
    const { user, system } = JSON.parse(await readFile(own, 'utf8'))
    const itself = (user + system) / 1e6
    expect(itself).toBeGreaterThan(1)
    expect(Math.abs(took.cpuSeconds - itself)).toBeLessThan(0.3)
  })

  test('one that fails is no measurement: it rejects with what was said', async () => {
    await expect(node('console.error("out of luck"); process.exit(3)')).rejects.toThrow(/out of luck/)
  })
})
