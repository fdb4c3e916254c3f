import { createHash } from 'node:crypto'
import { GROUNDS, type Ground, type Standing } from './grounds.ts'

const BY = ['new', 'all', 'strategies'] as const
/** Bytes of a standing: who judged, the score, and thrice which ground, its value and what it adds. */
const GROUND = 5
const SIZE = 3 + 3 * GROUND
const NONE = 255
/** Scores and what is added to them are kept in thousandths. */
const FINE = 1000
const MOST = 32_767

/** Of the names in their order: numbers of grounds mean nothing to a version of this program that has others. */
const NAMES = createHash('sha256').update(GROUNDS.join('\n')).digest().subarray(0, 2)
const numbers = new Map(GROUNDS.map((name, k) => [name, k]))

/** Standings in 18 bytes each, as base64: as JSON they would be half of a list. Values keep two to three digits, scores thousandths. */
export function encodeStandings(standings: readonly (Standing | undefined)[]): string {
  const bytes = Buffer.alloc(NAMES.length + standings.length * SIZE, NONE)
  bytes.set(NAMES)
  let at = NAMES.length
  for (const standing of standings) {
    if (standing !== undefined) write(bytes, at, standing)
    at += SIZE
  }
  return bytes.toString('base64')
}

function write(bytes: Buffer, at: number, { by, score, strongest }: Standing): void {
  bytes[at] = BY.indexOf(by)
  bytes.writeInt16LE(thousandths(score), at + 1)
  for (const [k, { name, value, adds }] of strongest.entries()) {
    const from = at + 3 + k * GROUND
    bytes[from] = numbers.get(name)!
    bytes.writeUInt16LE(upperHalf(value), from + 1)
    bytes.writeInt16LE(thousandths(adds), from + 3)
  }
}

/** Standings as they were kept, one a place; undefined of what is no such text or was kept with other grounds. */
export function decodeStandings(text: string): readonly (Standing | undefined)[] | undefined {
  const bytes = Buffer.from(text, 'base64')
  if (bytes.length < NAMES.length || !NAMES.equals(bytes.subarray(0, NAMES.length))) return undefined
  const standings: (Standing | undefined)[] = []
  for (let at = NAMES.length; at + SIZE <= bytes.length; at += SIZE) standings.push(read(bytes, at))
  return standings
}

function read(bytes: Buffer, at: number): Standing | undefined {
  const by = BY[bytes[at]!]
  if (by === undefined) return undefined
  const strongest: Ground[] = []
  for (let from = at + 3; from < at + SIZE; from += GROUND) {
    const name = GROUNDS[bytes[from]!]
    if (name !== undefined)
      strongest.push({ name, value: fromUpperHalf(bytes.readUInt16LE(from + 1)), adds: bytes.readInt16LE(from + 3) / FINE })
  }
  return { by, score: bytes.readInt16LE(at + 1) / FINE, strongest }
}

const thousandths = (value: number): number => Math.max(-MOST, Math.min(MOST, Math.round(value * FINE)))

const float = new Float32Array(1)
const word = new Uint32Array(float.buffer)

/** The upper half of a float32 (bfloat16), rounded: its whole range, and seven bits of precision. */
function upperHalf(value: number): number {
  float[0] = value
  return Number.isNaN(value) ? 0x7fc0 : Math.min(0xffff, (word[0]! + 0x8000) >>> 16)
}

function fromUpperHalf(half: number): number {
  word[0] = half << 16
  return Number(float[0]!.toPrecision(3))
}
