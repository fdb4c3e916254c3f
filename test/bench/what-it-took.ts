import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Round } from './result.ts'

const measured = join(import.meta.dirname, '../oracles/measured.py')

/** A command from its start to its end. */
export interface Took {
  readonly wallSeconds: number
  /** User and system time of all its threads. */
  readonly cpuSeconds: number
  /** The most memory it held at a time (the kernel's high-water mark). */
  readonly peakMib: number
}

/** Runs a command and answers what it took; rejects with what it said where it fails. `scratch` is a file of the caller's. */
export async function whatItTook(command: string, args: readonly string[], scratch: string): Promise<Took> {
  const child = spawn('python3', [measured, scratch, command, ...args], { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.on('data', chunk => {
    said = `${said}${chunk}`.slice(-4000)
  })
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${code}:\n${said}`)
  const took = JSON.parse(await readFile(scratch, 'utf8'))
  return { wallSeconds: took.wall_s, cpuSeconds: took.cpu_s, peakMib: took.peak_mib }
}

/** Of `many` things done: how many a second, a CPU second, and what memory they took. */
export const roundsOf = (many: number, took: readonly Took[]): Record<'wall' | 'cpu' | 'memory', Round[]> => ({
  wall: took.map(({ wallSeconds, cpuSeconds }) => ({ rate: many / wallSeconds, cpuSeconds })),
  cpu: took.map(({ cpuSeconds }) => ({ rate: many / cpuSeconds })),
  memory: took.map(({ peakMib }) => ({ rate: peakMib })),
})
