/** The float32s of a bytea column, copied: a driver's buffer need not lie where floats may. */
export const vectorOf = (bytes: Uint8Array): Float32Array => new Float32Array(Uint8Array.from(bytes).buffer)
