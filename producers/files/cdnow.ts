import { csvFields } from './csv-fields.ts'
import type { FileFormat } from './file-format.ts'
import { rowId } from './row-id.ts'

const header = /^transaction_no,customer_id,date,number_of_cds,dollar_value\s*(\n|$)/

/**
 * CDNOW purchases (Fader & Hardie, "Forecasting Repeat Sales at CDNOW", 2001, https://www.brucehardie.com/datasets/).
 * Which discs were bought is not told: a transaction is one line of the product `cd`, priced at its whole value.
 */
export const cdnow: FileFormat = {
  name: 'cdnow',
  title: 'CDNOW: CSV with the columns transaction_no,customer_id,date,number_of_cds,dollar_value',
  currency: 'USD',
  recognises: head => header.test(head),
  read(text, row) {
    if (row === 1 || text === '') return undefined
    const fields = csvFields(text)
    if (fields?.length !== 5) return { row, skipped: fields === undefined ? 'its quotes are broken' : 'it has not 5 columns' }
    const [orderId, customerId, occurredAt, numberOfCds, unitPrice] = fields
    if (customerId?.trim() === '') return { row, skipped: 'it names no customer' }
    const lines = [{ productId: 'cd', quantity: 1, unitPrice, properties: { numberOfCds } }]
    return {
      row,
      raw: { type: 'purchase', id: rowId('cdnow', row, text), customerId, occurredAt, orderId, currency: 'USD', lines },
    }
  },
}
