import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { between } from '../../infra/cli/between.ts'
import { readConfig } from '../../infra/config.ts'
import { stations } from '../../infra/topology.ts'
import { topologyPicture } from '../../infra/topology-picture.ts'
import { topics } from '../../schemas/topics.ts'

const all = stations(readConfig({}).shop)
const picture = topologyPicture(all)
const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8')

test('the picture in the README is that of the code: if not, run `npx tarang topology --into README.md`', () => {
  expect(readme).toBe(between('topology', readme, `\`\`\`mermaid\n${picture}\n\`\`\``))
})

test('no topic is left out of the picture, and none in it is nobody’s', () => {
  const written = all.flatMap(({ outputs }) => outputs.filter(({ kind }) => kind === 'topic').map(({ name }) => name))
  expect([...new Set(written)].sort()).toEqual(topics.map(({ name }) => name).sort())
})

test('two things of the same name are two in the picture: an id that both had would draw them as one', () => {
  const boxes = picture.split('\n').flatMap(line => /^ {2}([\w-]+)[[(]/.exec(line)?.[1] ?? [])
  expect(boxes.length).toBeGreaterThan(20)
  expect(new Set(boxes).size).toBe(boxes.length)
})

test('every arrow is between boxes that are there', () => {
  const lines = picture.split('\n').slice(1)
  const boxes = new Set(lines.flatMap(line => /^ {2}([\w-]+)[[(]/.exec(line)?.[1] ?? []))
  const ends = lines.filter(line => line.includes(' --> ')).flatMap(line => line.trim().split(/ --> | & /))
  expect(ends.length).toBeGreaterThan(boxes.size)
  expect(ends.filter(end => !boxes.has(end))).toEqual([])
})
