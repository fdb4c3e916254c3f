import { randomUUID } from 'node:crypto'
import { linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join } from 'node:path'

/** Somebody else works in the data folder. Two at once would destroy it, so this one must not start. */
export class DataFolderLocked extends Error {
  readonly pid: number
  constructor(folder: string, { pid, host }: Holder, file: string) {
    const who = host === hostname() ? `process ${pid}` : `process ${pid} of machine ${host}`
    const fix =
      host === hostname()
        ? 'Stop that process, or choose another folder with TARANG_DATA_DIR.'
        : `If that machine or container is gone, delete ${file}; otherwise choose another folder with TARANG_DATA_DIR.`
    super(`the data folder ${folder} is in use by ${who}. ${fix}`)
    this.name = 'DataFolderLocked'
    this.pid = pid
  }
}

/** A process, told apart from a later one with the same pid by when it started (clock ticks since `boot`; Linux only, else empty). */
interface Holder {
  readonly pid: number
  readonly started: string
  readonly boot: string
  readonly host: string
}
type Content = Holder | 'released'

export interface FolderLock {
  release(): void
}

/**
 * Takes a folder for this process. Throws `DataFolderLocked` while its holder lives; a dead holder's lock is taken over.
 *
 * Locks are files `lock.N`; the highest N counts. Taking over means creating N+1, which the file system lets only one do,
 * with its content in place (a link to a finished file). N goes away only after N+1 is there, so whoever creates a number that was
 * cleaned up meanwhile sees a higher one and steps back.
 */
export function lockFolder(folder: string): FolderLock {
  mkdirSync(folder, { recursive: true })
  for (;;) {
    const newest = newestLock(folder)
    if (newest !== undefined) {
      const content = readLock(lockFile(folder, newest))
      if (content === undefined) continue // cleaned up while we looked: a newer one is there
      if (content !== 'released' && isAlive(content)) throw new DataFolderLocked(folder, content, lockFile(folder, newest))
    }
    const mine = (newest ?? 0) + 1
    if (!createLock(folder, mine)) continue
    if (newestLock(folder) !== mine) {
      rmSync(lockFile(folder, mine), { force: true })
      continue
    }
    for (const older of locks(folder)) if (older < mine) rmSync(lockFile(folder, older), { force: true })
    return { release: () => replaceFile(lockFile(folder, mine), 'released') }
  }
}

const lockFile = (folder: string, n: number): string => join(folder, `lock.${n}`)

const locks = (folder: string): number[] =>
  readdirSync(folder).flatMap(name => (/^lock\.\d{1,15}$/.test(name) ? [Number(name.slice('lock.'.length))] : []))

const newestLock = (folder: string): number | undefined => {
  const all = locks(folder)
  return all.length === 0 ? undefined : Math.max(...all)
}

function readLock(file: string): Content | undefined {
  try {
    const text = readFileSync(file, 'utf8')
    return text === 'released' ? text : (JSON.parse(text) as Holder)
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
    if (error instanceof SyntaxError) return 'released' // half a file: the machine itself went down, and the holder with it
    throw error
  }
}

function createLock(folder: string, n: number): boolean {
  const draft = join(folder, `lock-draft.${randomUUID()}`)
  writeFileSync(draft, JSON.stringify(self()), { flag: 'wx' })
  try {
    linkSync(draft, lockFile(folder, n))
    return true
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false
    throw error
  } finally {
    rmSync(draft, { force: true })
  }
}

function replaceFile(file: string, text: string): void {
  const draft = `${file}.${randomUUID()}`
  writeFileSync(draft, text)
  renameSync(draft, file)
}

const self = (): Holder => ({ pid: process.pid, started: startOf(process.pid) ?? '', boot: bootId(), host: hostname() })

function isAlive({ pid, started, boot, host }: Holder): boolean {
  if (host !== hostname()) return true // out of our sight: nothing says it is dead
  if (boot !== bootId()) return false
  if (started !== '') return startOf(pid) === started
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return !hasCode(error, 'ESRCH')
  }
}

/** When a process started, in clock ticks since boot: field 22 of proc(5) stat. Undefined where it is gone, a zombie, or there is no /proc. */
function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ') // the name before it may hold anything
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19]
  } catch {
    return undefined
  }
}

function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  } catch {
    return ''
  }
}

const hasCode = (error: unknown, code: string): boolean => error instanceof Error && 'code' in error && error.code === code
