import { csvFields } from './csv-fields.ts'
import type { FileFormat, Row } from './file-format.ts'
import { rowId } from './row-id.ts'

const header = /^InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\s*(\n|$)/

/**
 * UCI Online Retail (Chen, 2015, https://doi.org/10.24432/C5BW33). Invoices that begin with C are cancellations, whose quantities
 * are negative; fees and postage are products like any other. Times have no zone and are taken as UTC.
 */
export const onlineRetail: FileFormat = {
  name: 'online-retail',
  title:
    'UCI Online Retail: CSV with the columns InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country',
  currency: 'GBP',
  recognises: head => header.test(head),
  read(text, row) {
    if (row === 1 || text === '') return undefined
    const fields = csvFields(text)
    if (fields?.length !== 8) return { row, skipped: fields === undefined ? 'its quotes are broken' : 'it has not 8 columns' }
    return fields[6]?.trim() === ''
      ? { row, skipped: 'it names no customer' }
      : { row, raw: order(fields, rowId('online-retail', row, text)) }
  },
}

function order(fields: readonly string[], id: string): Extract<Row, { raw: unknown }>['raw'] {
  const [invoice = '', productId, description, quantity = '', date = '', unitPrice, customer = '', country] = fields
  const refund = invoice.startsWith('C')
  const counted = numeric(quantity)
  return {
    type: refund ? 'refund' : 'purchase',
    id,
    customerId: customer.replace(/\.0$/, ''),
    occurredAt: instant(date),
    orderId: invoice,
    currency: 'GBP',
    lines: [
      { productId, quantity: refund && typeof counted === 'number' ? -counted : counted, unitPrice, properties: { description } },
    ],
    properties: { country },
  }
}

/** What is not a number is passed on as it is, to be refused with its place. */
const numeric = (text: string): number | string => (/^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text)

/** Some copies write dates as the spreadsheet showed them, month first: `12/1/2010 8:26`. */
function instant(text: string): string {
  const match = /^(\d{1,2})\/(\d{1,2})\/(\d{4}) (\d{1,2}):(\d\d)$/.exec(text)
  if (match === null) return text
  const [, month = '', day = '', year, hour = '', minute] = match
  return `${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}T${hour.padStart(2, '0')}:${minute}:00Z`
}
