import type { Language } from './report.ts'

/** Words that only a printed report has. */
export interface PaperWords {
  readonly summary: string
  readonly contents: string
  readonly nothing: string
  readonly more: (rows: string, file: string) => string
  /** Of the numbers under the title: columns of the overview. */
  readonly keys: Readonly<Record<'customers' | 'orders' | 'gross' | 'mean_order' | 'repeat_buyers', string>>
}

export const paperWords: Readonly<Record<Language, PaperWords>> = {
  en: {
    summary: 'Executive summary',
    contents: 'Contents',
    nothing: 'There is nothing to show here.',
    more: (rows, file) => `${rows} more rows are in ${file}.`,
    keys: { customers: 'Customers', orders: 'Orders', gross: 'Sales', mean_order: 'Mean order', repeat_buyers: 'Bought again' },
  },
  ur: {
    summary: 'خلاصہ',
    contents: 'فہرست',
    nothing: 'یہاں دکھانے کے لیے کچھ نہیں۔',
    more: (rows, file) => `باقی ${rows} قطاریں ${file} میں ہیں۔`,
    keys: { customers: 'گاہک', orders: 'آرڈر', gross: 'فروخت', mean_order: 'اوسط آرڈر', repeat_buyers: 'دوبارہ خریدا' },
  },
}
