import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import ts from 'typescript'
import { describe, expect, test } from 'vitest'
import { flowCodes } from '../models/flow/flow-codes.ts'
import { fixes } from '../schemas/error-codes.ts'

const root = join(import.meta.dirname, '..')

/** STYLE.md's table: whom a folder may import besides itself. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  schemas: [],
  models: ['schemas'],
  streams: ['schemas'],
  consumers: ['schemas', 'models', 'streams'],
  producers: ['schemas', 'models', 'streams'],
  serving: ['schemas', 'models', 'streams'],
  infra: ['schemas', 'models', 'streams', 'consumers', 'producers', 'serving'],
  test: ['schemas', 'models', 'streams', 'consumers', 'producers', 'serving', 'infra'],
}
const folders = Object.keys(mayImport)

/** What has one owner: the packages by which the outside world is reached, and the globals that make a run differ from another. */
const owners: readonly { thing: string; used: (source: Source) => readonly string[]; by: RegExp }[] = [
  { thing: 'kafkajs', used: packages('kafkajs'), by: /^streams\/kafka-[a-z-]+\.ts$/ },
  { thing: 'pg and PGlite', used: packages('pg', '@electric-sql/pglite'), by: /^infra\/sql\// },
  { thing: 'prom-client', used: packages('prom-client'), by: /^infra\/metrics\.ts$/ },
  { thing: 'OpenTelemetry', used: packages('@opentelemetry'), by: /^infra\/tracing\// },
  { thing: 'process.env', used: touches('process', 'env'), by: /^infra\/config\.ts$/ },
  { thing: 'the clock', used: readsTheClock, by: /^streams\/clock\.ts$|^serving\/live\// },
  { thing: 'Math.random', used: touches('Math', 'random'), by: /^$/ },
]

interface Source {
  /** From the project's root, with slashes. */
  readonly path: string
  readonly file: ts.SourceFile
  /** Every module it names, imported or exported, by type or by value, at its top or on the way. */
  readonly imports: readonly string[]
}

const sources: readonly Source[] = folders.flatMap(filesOf).filter(isCode).map(read)
const product = sources.filter(({ path }) => !path.startsWith('test/') && !path.startsWith('infra/stack/'))

describe('who may import whom', () => {
  test.each(folders)('%s/ imports only what stands below it', folder => {
    const allowed = [folder, ...mayImport[folder]!]
    const strays = sources
      .filter(({ path }) => path.startsWith(`${folder}/`))
      .flatMap(({ path, imports }) =>
        imports.filter(isOurs).map(name => ({ path, target: relative(root, join(root, dirname(path), name)) })),
      )
      .filter(({ target }) => !allowed.includes(target.split('/')[0]!) && target !== 'package.json')
    expect(strays).toEqual([])
  })

  test('every file that is imported is there, by its whole name', () => {
    const lost = sources.flatMap(({ path, imports }) =>
      imports
        .filter(isOurs)
        .filter(name => !existsSync(join(root, dirname(path), name)))
        .map(name => `${path}: ${name}`),
    )
    expect(lost).toEqual([])
  })

  test.each(owners)('$thing has one owner', ({ used, by }) => {
    const strays = product
      .filter(({ path }) => !by.test(path))
      .flatMap(source => used(source).map(what => `${source.path}: ${what}`))
    expect(strays).toEqual([])
  })

  test.each(owners.filter(({ thing }) => thing !== 'Math.random'))(
    'the owner of $thing is there: the rule looks for something',
    ({ used, by }) => {
      expect(product.filter(source => by.test(source.path) && used(source).length > 0)).not.toEqual([])
    },
  )
})

describe('how the tree reads', () => {
  test.each(folders)('%s/ says in at most 40 lines what lives there', folder => {
    const lines = readFileSync(join(root, folder, 'README.md'), 'utf8')
      .trimEnd()
      .split('\n')
    expect(lines.length).toBeGreaterThan(3)
    expect(lines.length).toBeLessThanOrEqual(40)
  })

  test('every file is named for what it holds, in kebab-case', () => {
    const names = sources
      .map(({ path }) => path)
      .filter(path => {
        const parts = path.split('/').map(part => part.replace(/(\.test|\.bench)?\.(ts|js)$/, ''))
        return parts.some(
          part => /^(utils?|types?|helpers?|index|common|misc)$/.test(part) || !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(part),
        )
      })
    expect(names).toEqual([])
  })

  test('every migration has a number of its own, counted up from 1', () => {
    const numbers = readdirSync(join(root, 'infra/migrations'))
      .filter(name => name.endsWith('.sql'))
      .map(name => Number(name.slice(0, 3)))
    expect(numbers.sort((a, b) => a - b)).toEqual(numbers.map((_, at) => at + 1))
  })
})

describe('error codes', () => {
  const transport = namesIn('serving/problem.ts', 'transportFixes')
  // What is found in a flow says itself what to do about it.
  const table = [...Object.keys(fixes), ...transport, ...Object.keys(flowCodes)]

  test('every code in the tables is told to somebody', () => {
    const told = new Set(product.filter(({ path }) => path !== 'schemas/error-codes.ts').flatMap(textsOf))
    expect(table.filter(code => !told.has(code))).toEqual([])
  })

  test('every code that is told has a fix in a table', () => {
    const told = product.flatMap(source => codesIn(source).map(code => ({ path: source.path, code })))
    expect(told.length).toBeGreaterThan(20)
    expect(told.filter(({ code }) => !table.includes(code))).toEqual([])
  })
})

function filesOf(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => relative(root, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
}

function isCode(path: string): boolean {
  return /\.(ts|js)$/.test(path)
}

function isOurs(name: string): boolean {
  return name.startsWith('.')
}

function read(path: string): Source {
  const text = readFileSync(join(root, path), 'utf8')
  const imports = ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName)
  return { path, imports, file: ts.createSourceFile(basename(path), text, ts.ScriptTarget.Latest, true) }
}

function packages(...names: string[]) {
  return ({ imports }: Source) => imports.filter(name => names.some(own => name === own || name.startsWith(`${own}/`)))
}

/** `object.member`, `object['member']`, and `const { member } = object`. */
function touches(object: string, member: string) {
  return (source: Source): string[] => [
    ...source.imports.filter(name => object === 'process' && name.replace('node:', '') === 'process'),
    ...found(source.file, node => {
      if (ts.isPropertyAccessExpression(node)) return isCalled(node.expression, object) && node.name.text === member
      if (ts.isElementAccessExpression(node))
        return isCalled(node.expression, object) && node.argumentExpression.getText().slice(1, -1) === member
      if (!ts.isVariableDeclaration(node) || node.initializer === undefined || !ts.isObjectBindingPattern(node.name)) return false
      return (
        isCalled(node.initializer, object) &&
        node.name.elements.some(element => (element.propertyName ?? element.name).getText() === member)
      )
    }),
  ]
}

/** What tells the time of day or of the process, dates made of nothing included. */
function readsTheClock(source: Source): string[] {
  const now = ['Date', 'performance'].flatMap(object => touches(object, 'now')(source))
  const date = found(source.file, node => {
    if (ts.isNewExpression(node)) return isCalled(node.expression, 'Date') && (node.arguments ?? []).length === 0
    return (
      ts.isCallExpression(node) &&
      (isCalled(node.expression, 'Date') || /^process\.(hrtime|uptime)/.test(node.expression.getText()))
    )
  })
  return [...now, ...date]
}

function isCalled(node: ts.Node, name: string): boolean {
  return (ts.isIdentifier(node) && node.text === name) || node.getText() === `globalThis.${name}`
}

function found(file: ts.SourceFile, wanted: (node: ts.Node) => boolean): string[] {
  const texts: string[] = []
  walk(file, node => {
    if (wanted(node)) texts.push(node.getText().slice(0, 60))
  })
  return texts
}

function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node)
  ts.forEachChild(node, child => walk(child, visit))
}

/** Every text that stands in a file, but not as the name of a property. */
function textsOf({ file }: Source): string[] {
  const texts: string[] = []
  walk(file, node => {
    if (ts.isStringLiteralLike(node) && !ts.isImportDeclaration(node.parent)) texts.push(node.text)
  })
  return texts
}

/** The codes a file tells: where a `code` is set, and where something that takes one is made or answered. */
function codesIn({ file }: Source): string[] {
  const codes: string[] = []
  const take = (node: ts.Node | undefined) => {
    if (node !== undefined && ts.isStringLiteralLike(node) && /^[a-z]+(_[a-z]+)*$/.test(node.text)) codes.push(node.text)
  }
  walk(file, node => {
    if (ts.isPropertyAssignment(node) && node.name.getText() === 'code') take(node.initializer)
    if (ts.isNewExpression(node) && /^(Refused|ReplayRefused)$/.test(node.expression.getText())) take(node.arguments?.[0])
    if (!ts.isCallExpression(node)) return
    const callee = node.expression.getText()
    if (/(^|\.)unreadable$/.test(callee)) take(node.arguments[0])
    if (/(^|\.)problem$/.test(callee)) take(node.arguments[1])
  })
  return codes
}

/** The names of the properties of an object that a file declares. */
function namesIn(path: string, constant: string): string[] {
  const names: string[] = []
  walk(sources.find(source => source.path === path)!.file, node => {
    if (!ts.isVariableDeclaration(node) || node.name.getText() !== constant) return
    const value =
      node.initializer !== undefined && ts.isAsExpression(node.initializer) ? node.initializer.expression : node.initializer
    if (value !== undefined && ts.isObjectLiteralExpression(value))
      names.push(...value.properties.map(property => property.name!.getText()))
  })
  return names
}
