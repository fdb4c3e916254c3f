import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '..')
const pages = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], {
  cwd: root,
  encoding: 'utf8',
})

/** As GitHub names the anchor of a heading. */
const anchor = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}_\- ]/gu, '')
    .replaceAll(' ', '-')

const anchorsIn = (text: string): string[] => [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => anchor(heading!))

test.each(pages.trim().split('\n'))('%s leads nowhere that is not there', page => {
  const broken: string[] = []
  const text = readFileSync(join(root, page), 'utf8')
  for (const [, target] of text.replaceAll(/^```[\s\S]*?^```/gm, '').matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)) {
    const [path, name] = target!.split('#') as [string, string?]
    const file = path === '' ? join(root, page) : join(root, dirname(page), decodeURIComponent(path))
    if (!existsSync(file) || (name !== undefined && !anchorsIn(readFileSync(file, 'utf8')).includes(name))) broken.push(target!)
  }
  expect(broken).toEqual([])
})
