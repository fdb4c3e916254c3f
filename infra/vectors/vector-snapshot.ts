import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import Type, { type Static } from 'typebox'
import { Compile } from 'typebox/compile'
import { VectorStore } from '../../models/vectors/vector-store.ts'
import type { FollowedGraph, GraphFile } from './followed-graph.ts'
import type { Labels } from './hnsw-graph.ts'
import { readVectors, writeVectors } from './vectors-file.ts'

const FORMAT = 1
const META = 'snapshot.json'

/** Where in the log the vectors are from: by partition, the offset to read on from. */
export type Position = Static<typeof Position>
const Position = Type.Record(Type.String(), Type.Integer({ minimum: 0 }))

const File = Type.Object({ file: Type.String({ pattern: '^[0-9]+\\.[a-z]+$' }), sum: Type.Integer() })

/** What a folder holds; it is replaced as a whole, so that files count only when all of them are there. */
const Meta = Type.Object({
  format: Type.Literal(FORMAT),
  space: Type.String(),
  dims: Type.Integer({ minimum: 1 }),
  position: Position,
  vectors: File,
  graph: Type.Union([Type.Null(), Type.Object({ m: Type.Integer(), points: File, labels: File })]),
})
type Meta = Static<typeof Meta>
const meta = Compile(Meta)

export interface SnapshotOf {
  readonly space: string
  readonly dims: number
  /** Links of a point: a graph of another number is built anew. */
  readonly m: number
}

/** Nothing is amiss with the snapshot: what made its vectors has given way to something else. */
export class OfAnotherSpace extends Error {}

export interface Restored {
  readonly store: VectorStore
  readonly graph: GraphFile | undefined
  readonly position: Position
}

/**
 * Writes vectors and graph under names of their own, then the one file that names them, in one go; what was there before is deleted at last. A
 * crash at any moment leaves the snapshot before, or this one.
 */
export async function writeSnapshot(
  dir: string,
  { space, dims, m }: SnapshotOf,
  store: VectorStore,
  followed: FollowedGraph | undefined,
  position: Position,
): Promise<void> {
  await mkdir(dir, { recursive: true })
  const names = await readdir(dir)
  const number = 1 + Math.max(0, ...names.map(name => Number.parseInt(name, 10)).filter(Number.isFinite))
  const vectors = { file: `${number}.vectors`, sum: await writeVectors(store, join(dir, `${number}.vectors`)) }
  const written = await followed?.write(join(dir, `${number}.graph`))
  const graph = written === undefined ? null : { m, ...(await graphFiles(dir, number, written)) }
  const told: Meta = { format: FORMAT, space, dims, position, vectors, graph }
  await writeFile(join(dir, `${number}.tmp`), JSON.stringify(told))
  await rename(join(dir, `${number}.tmp`), join(dir, META))
  for (const name of names) if (/^[0-9]+\./.test(name)) await rm(join(dir, name), { force: true })
}

/**
 * Reads what `writeSnapshot` wrote; undefined where there is nothing. A graph that cannot be used is left out: it is built anew.
 * @param most vectors there is room for
 * @throws with a sentence that says why the snapshot is of no use; {OfAnotherSpace}
 */
export async function readSnapshot(dir: string, { space, dims, m }: SnapshotOf, most: number): Promise<Restored | undefined> {
  const text = await readFile(join(dir, META), 'utf8').catch(unlessMissing)
  if (text === undefined) return undefined
  const told = parsed(text)
  if (told.space !== space) throw new OfAnotherSpace(`the snapshot is of the space ${told.space}, not ${space}`)
  if (told.dims !== dims) throw new Error(`the snapshot has ${told.dims} dimensions, not ${dims}`)
  const store = new VectorStore(dims, most)
  await readVectors(store, join(dir, told.vectors.file), told.vectors.sum)
  const graph = told.graph?.m === m ? await readGraph(dir, told.graph) : undefined
  return { store, graph, position: told.position }
}

function parsed(text: string): Meta {
  let told: unknown
  try {
    told = JSON.parse(text)
  } catch {
    throw new Error(`${META} is not JSON`)
  }
  const { format } = (told ?? {}) as { format?: unknown }
  if (format !== FORMAT) throw new Error(`the snapshot has format ${String(format)}, not ${FORMAT}`)
  if (!meta.Check(told)) throw new Error(`${META} is not what a snapshot says`)
  return told
}

async function graphFiles(dir: string, number: number, { sum, labels }: GraphFile) {
  const body = Buffer.concat([Buffer.from(labels.versions.buffer), Buffer.from(labels.slots.buffer)])
  await writeFile(join(dir, `${number}.labels`), body)
  return { points: { file: `${number}.graph`, sum }, labels: { file: `${number}.labels`, sum: crc32(body) } }
}

/** The worker checks the graph's own sum when it reads it. */
async function readGraph(dir: string, { points, labels }: NonNullable<Meta['graph']>): Promise<GraphFile | undefined> {
  const body = await readFile(join(dir, labels.file)).catch(unlessMissing)
  if (body === undefined || crc32(body) !== labels.sum) return undefined
  return { file: join(dir, points.file), sum: points.sum, labels: labelsOf(body) }
}

function labelsOf(body: Buffer): Labels {
  const all = body.buffer.slice(body.byteOffset, body.byteOffset + body.length) as ArrayBuffer
  const count = all.byteLength / 12
  return { versions: new Float64Array(all.slice(0, 8 * count)), slots: new Int32Array(all.slice(8 * count)) }
}

function unlessMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
}
