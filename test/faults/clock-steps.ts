import { existsSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Fault } from './fault.ts'

/** Debian's libfaketime: what a process is told of the wall clock, read from a file at each question. Monotonic time stays. */
const LIBRARY = '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1'
const offset = join(mkdtempSync(join(tmpdir(), 'tarang-clock-')), 'offset')

function step(to: string): void {
  if (!existsSync(LIBRARY))
    throw new Error(`clock steps need libfaketime: install Debian's package faketime (${LIBRARY} is not there)`)
  writeFileSync(offset, to)
}

export const clockSteps: Fault = {
  name: 'clock-steps',
  title: 'the wall clock steps hours ahead and back again, of one instance and then of all',
  surroundings: {
    env: { LD_PRELOAD: LIBRARY, FAKETIME_TIMESTAMP_FILE: offset, FAKETIME_NO_CACHE: '1', FAKETIME_DONT_FAKE_MONOTONIC: '1' },
  },
  async strike({ join: another, lasting, sleep }) {
    const right = await another({ env: { LD_PRELOAD: '' } })
    for (const to of ['+2h', '-3h', '+1d', '-1d', '+0']) {
      step(to)
      await sleep(lasting(10_000, 2000))
    }
    await right.kill('SIGTERM')
  },
}

step('+0')
