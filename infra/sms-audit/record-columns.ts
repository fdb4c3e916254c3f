/** What a gateway's record tells of a submission. Only `reference` must be there. */
export const recordFields = ['reference', 'to', 'id', 'at', 'status'] as const
export type RecordField = (typeof recordFields)[number]

/** What the record calls each; an empty name stands for none. */
export type RecordColumns = Readonly<Record<RecordField, string>>

const isField = (name: string): name is RecordField => recordFields.includes(name as RecordField)

/**
 * `reference=client_ref,at=time,id=`: the fields that have another name in the record, or none.
 * Answers a sentence where it is none of this.
 */
export function recordColumns(text: string): RecordColumns | string {
  const columns = Object.fromEntries(recordFields.map(name => [name, name])) as Record<RecordField, string>
  for (const part of text.split(',')) {
    const [name = '', column] = part.split('=').map(word => word.trim())
    if (column === undefined || !isField(name))
      return `${part} is none of ${recordFields.map(field => `${field}=NAME`).join(', ')}.`
    if (name === 'reference' && column === '') return 'Without a reference nothing can be compared.'
    columns[name] = column
  }
  return columns
}

/** As they are called where nobody says anything else. */
export const plainColumns: RecordColumns = { reference: 'reference', to: 'to', id: 'id', at: 'at', status: 'status' }
