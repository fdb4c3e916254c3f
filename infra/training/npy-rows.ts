/** Rows of numbers as NumPy reads them (`numpy.load`): format 1.0 of NPY, a record of float32 a row, the columns by their names. */
export function npyHeader(columns: readonly string[], rows: number): Uint8Array {
  const descr = columns.map(name => `(${JSON.stringify(name)}, "<f4")`).join(', ')
  const header = `{"descr": [${descr}], "fortran_order": False, "shape": (${rows},), }`
  // The header ends with a line feed, and with what is before it fills whole blocks of 64 bytes.
  const length = Math.ceil((10 + header.length + 1) / 64) * 64 - 10
  const bytes = Buffer.alloc(10 + length, ' ')
  bytes.write('\x93NUMPY\x01\x00', 'latin1')
  bytes.writeUInt16LE(length, 8)
  bytes.write(header, 10, 'latin1')
  bytes[bytes.length - 1] = 0x0a
  return bytes
}
