import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { DataFolderLocked, lockFolder } from '../../../infra/sql/folder-lock.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tarang-lock-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const locks = () => readdirSync(folder).sort()
const holder = () => JSON.parse(readFileSync(join(folder, locks()[0]!), 'utf8')) as Record<string, unknown>
const leave = (n: number, text: string) => writeFileSync(join(folder, `lock.${n}`), text)

test('a locked folder is refused with the pid of its holder and what to do, and free again when released', () => {
  const lock = lockFolder(folder)
  expect(() => lockFolder(folder)).toThrow(DataFolderLocked)
  expect(() => lockFolder(folder)).toThrow(new RegExp(`process ${process.pid}\\b.*TARANG_DATA_DIR`))
  lock.release()
  lockFolder(folder).release()
  expect(locks()).toHaveLength(1)
})

test('the lock of a dead process is taken over', async () => {
  lockFolder(folder)
  const mine = holder()
  const dead = spawn(process.execPath, ['-e', ''])
  await once(dead, 'exit')
  leave(1, JSON.stringify({ ...mine, pid: dead.pid }))
  lockFolder(folder).release()
  expect(locks()).toEqual(['lock.2'])
})

test.runIf(process.platform === 'linux')(
  'a living process that only got the pid of the dead holder does not keep the folder',
  () => {
    lockFolder(folder)
    leave(1, JSON.stringify({ ...holder(), started: '1' }))
    lockFolder(folder).release()
  },
)

test.runIf(process.platform === 'linux')('a lock from before the machine started again is taken over', () => {
  lockFolder(folder)
  leave(1, JSON.stringify({ ...holder(), boot: 'another' }))
  lockFolder(folder).release()
})

test('a lock of another machine is refused, naming it and the file to delete', () => {
  lockFolder(folder)
  leave(1, JSON.stringify({ ...holder(), host: `not-${hostname()}` }))
  expect(() => lockFolder(folder)).toThrow(new RegExp(`not-${hostname()}.*lock\\.1`))
})

test('half a lock file, which only a machine that went down leaves, is no lock', () => {
  leave(4, '{"pid":')
  lockFolder(folder).release()
  expect(locks()).toEqual(['lock.5'])
})

test('of many processes that take over a dead lock at once, one gets it', async () => {
  lockFolder(folder)
  leave(1, JSON.stringify({ ...holder(), boot: 'another', started: '1', pid: 999_999_999 }))
  const source = new URL('../../../infra/sql/folder-lock.ts', import.meta.url).href
  const script = `
    import { lockFolder } from '${source}'
    process.stdout.write('ready')
    process.stdin.once('data', () => {
      try { lockFolder(process.argv[1]); process.stdout.write('|mine') } catch (error) { process.stdout.write('|' + error.name) }
      process.stdin.once('data', () => process.exit())
    })`
  const racers = Array.from({ length: 4 }, () =>
    spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script, folder], {
      stdio: ['pipe', 'pipe', 'inherit'],
    }),
  )
  const said = racers.map(() => '')
  for (const [i, { stdout }] of racers.entries()) {
    stdout.on('data', text => {
      said[i] += text
    })
  }
  await expect.poll(() => said, { timeout: 30_000 }).toEqual(racers.map(() => 'ready'))
  for (const { stdin } of racers) stdin.write('go')
  await expect.poll(() => said.filter(text => text.includes('|')).length, { timeout: 30_000 }).toBe(racers.length)
  for (const { stdin } of racers) stdin.write('end')
  expect(said.sort()).toEqual(['ready|DataFolderLocked', 'ready|DataFolderLocked', 'ready|DataFolderLocked', 'ready|mine'])
}, 60_000)
