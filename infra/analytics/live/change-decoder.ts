import type { CustomerChangeOrCampaign } from '../../../schemas/records.ts'
import { customerChanges } from '../../../schemas/topics.ts'
import { openCodec } from '../../../streams/codec.ts'

/** What a record's bytes say; undefined where they cannot be read. */
export type DecodeChanges = (bytes: Buffer) => readonly CustomerChangeOrCampaign[] | undefined

/** A zero, and the id of a schema in four bytes: the wire format of a schema registry. */
const HEADER = 5

/**
 * Reads `customer-changes` without the schema registry, also in a thread that has none: only Tarang writes there, and whatever schema a record
 * names, its closed schema of this version decides whether it is understood.
 */
export async function changeDecoder(): Promise<DecodeChanges> {
  const codec = await openCodec([customerChanges], ({ name }) => name)
  return bytes => {
    const decoded = codec.decode(customerChanges, bytes[0] === 0 ? bytes.subarray(HEADER) : bytes)
    if ('bundle' in decoded) return decoded.bundle.map(({ value }) => value as CustomerChangeOrCampaign)
    return 'value' in decoded ? [decoded.value as CustomerChangeOrCampaign] : undefined
  }
}
