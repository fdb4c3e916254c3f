import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const root = join(import.meta.dirname, '../..')

/** The files that the image is built from, as .dockerignore has them: the last pattern that fits decides, `!` lets in. */
export function imageContext(): string[] {
  const rules = readFileSync(join(root, '.dockerignore'), 'utf8')
    .split('\n')
    .filter(line => line !== '' && !line.startsWith('#'))
    .map(line => ({ lets: line.startsWith('!'), fits: fits(line.replace(/^!/, '')) }))
  return execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' })
    .trim()
    .split('\n')
    .filter(path => rules.findLast(rule => rule.fits(path))?.lets ?? true)
}

/** A pattern names a file or a folder with all that is in it; `*` is any name, `**` any folders or none. */
function fits(pattern: string): (path: string) => boolean {
  const source = pattern.replaceAll('.', '\\.').replaceAll('**/', '(?:.+/)?').replaceAll('*', '[^/]*')
  const regex = new RegExp(`^${source}(/|$)`)
  return path => regex.test(path)
}

/** Puts those files into a folder, as `COPY . .` does. */
export function copyContext(folder: string): void {
  for (const path of imageContext()) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    cpSync(join(root, path), join(folder, path))
  }
}
