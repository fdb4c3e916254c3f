import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { MINILM, minilmFiles } from '../../../infra/embeddings/minilm-files.ts'

const script = join(import.meta.dirname, '../../../infra/models/fetch')

/** As far as it comes without anything to download with. */
function fetchModel(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(script, args, { encoding: 'utf8', env: { PATH: `${path}:/usr/bin:/bin` } })
  return { status, said: stdout + stderr }
}

let folder: string
let path: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tarang-models-'))
  path = join(folder, 'bin')
  mkdirSync(path)
  writeFileSync(join(path, 'python3'), '#!/bin/sh\nexit 1\n', { mode: 0o755 })
})
afterEach(() => rmSync(folder, { recursive: true }))

function write(files: readonly string[]): void {
  for (const file of files) {
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, '')
  }
}

describe('infra/models/fetch', () => {
  test('leaves a folder alone that has what is read of it', () => {
    write(minilmFiles(folder).files)
    expect(fetchModel(folder)).toEqual({ status: 0, said: `fetch: ${join(folder, MINILM)} is there already\n` })
  })

  test('does not put a new model into a broken one’s folder, where nobody would find it: it tells which file is missing', () => {
    const [, ...others] = minilmFiles(folder).files
    write(others)
    expect(fetchModel(folder)).toEqual({
      status: 1,
      said: expect.stringMatching(/without its config\.json; delete it to make it anew/),
    })
  })

  test('says what it needs where that is missing, and leaves nothing behind', () => {
    expect(fetchModel(folder)).toEqual({ status: 1, said: expect.stringMatching(/Python 3\.10 or newer with venv is needed/) })
    expect(readdirSync(folder)).toEqual(['bin'])
  })

  test('tells how it is called when it is called otherwise', () => {
    expect(fetchModel()).toEqual({ status: 2, said: expect.stringMatching(/^Usage/) })
    expect(fetchModel(folder, 'more')).toEqual({ status: 2, said: expect.stringMatching(/^Usage/) })
    expect(fetchModel('--help')).toEqual({ status: 0, said: expect.stringMatching(/^Usage/) })
  })
})
