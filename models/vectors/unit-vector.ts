import { VectorRefused } from './vector-index.ts'

/**
 * A copy of length 1, so that a dot product is the cosine.
 * @throws {VectorRefused} when it has another size, holds what is no finite number, or is all zeros
 */
export function unitVector(vector: Float32Array, dims: number): Float32Array {
  if (vector.length !== dims) throw new VectorRefused(`the vector has ${vector.length} dimensions instead of ${dims}`)
  let squares = 0
  for (let i = 0; i < dims; i++) squares += vector[i]! * vector[i]!
  if (!Number.isFinite(squares)) throw new VectorRefused('the vector holds something that is not a finite number')
  if (squares === 0) throw new VectorRefused('the vector is all zeros and has no direction')
  const scale = 1 / Math.sqrt(squares)
  const unit = new Float32Array(dims)
  for (let i = 0; i < dims; i++) unit[i] = vector[i]! * scale
  return unit
}
