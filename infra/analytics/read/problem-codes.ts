interface Kind {
  /** What is so of the rows: `Rows of customers … : 3.` */
  readonly says: string
  readonly fix: string
}

const LEAVE = 'Nothing has to be done.'

/** Everything that may be wrong with rows of a file, by a code that stays. `{column}` is the column's name. */
export const problemCodes = {
  // Records.
  quotes_broken: {
    says: 'with quotes that do not pair were left out',
    fix: 'Write quotes within quoted fields twice, and close what was opened.',
  },
  row_too_long: { says: 'longer than 1 MiB were left out', fix: 'Look whether line ends are missing there.' },
  nul_bytes: {
    says: 'with NUL bytes were left out',
    fix: 'Export the file again: a disk or a program broke off while it was written.',
  },
  fields_surplus: {
    says: 'with more fields than the header were left out',
    fix: 'Put fields that hold the delimiter into quotes; decimal commas need quotes or semicolons between fields.',
  },
  fields_lacking: {
    says: 'that end before the columns that are needed were left out',
    fix: 'Export the file again, with all its columns.',
  },
  header_repeated: { says: 'that repeat the header were left out', fix: 'Put files together without their headers.' },

  // Columns.
  column_absent: {
    says: 'go without {column}, for there is no such column',
    fix: 'Add the column {column} where what it tells matters.',
  },
  column_twice: { says: 'have {column} twice; the first one counts', fix: 'Name each column once.' },

  // Values.
  trimmed: { says: 'had blanks around {column}, which were taken off', fix: LEAVE },
  not_utf8: { says: 'were read as Windows-1252, for they are not UTF-8', fix: 'Save the file as UTF-8.' },
  value_missing: { says: 'without {column} were left out', fix: 'Fill in {column}, or leave such rows out.' },
  order_id_missing: {
    says: 'have no {column}; each counts as an order of its own',
    fix: 'Fill in {column}, so that lines of one order count once.',
  },
  value_unknown: { says: 'have no {column}, which stays unknown', fix: 'Fill in {column} where it is known.' },
  quantity_assumed: { says: 'have no {column}, which counts as 1', fix: 'Fill in {column}.' },
  id_too_long: { says: 'with a {column} of more than 255 bytes were left out', fix: 'Use shorter ids.' },
  id_decimal: {
    says: 'had a {column} such as 17850.0, which was read as 17850',
    fix: 'Write ids as text: a program took them for numbers.',
  },
  id_exponent: {
    says: 'have a {column} such as 4.2E+12; a spreadsheet took ids for numbers, and some that differed may be one now',
    fix: 'Export {column} again, as text.',
  },
  number_unreadable: { says: 'whose {column} is no number were left out', fix: 'Write {column} as a number, such as 1234.50.' },
  quantity_unreadable: { says: 'whose {column} is no number were left out', fix: 'Write {column} as a number of pieces.' },
  price_unreadable: {
    says: 'have a {column} that is no number, and stays unknown',
    fix: 'Write {column} as a number, such as 1234.50.',
  },
  date_unreadable: {
    says: 'whose {column} is no date that exists were left out',
    fix: 'Write {column} as 2011-12-09 or 2011-12-09T12:50:00Z.',
  },
  date_unknown: { says: 'have a {column} that is no date that exists, and stays unknown', fix: 'Write {column} as 2011-12-09.' },
  number_grouped: { says: 'had {column} with signs between thousands', fix: LEAVE },
  decimal_comma: { says: 'had {column} with a decimal comma', fix: LEAVE },
  currency_sign: {
    says: 'had {column} with a sign or a name of a currency, which was taken off',
    fix: 'Check that all amounts are of one currency: none is converted.',
  },
  digits_not_latin: { says: 'had {column} in digits or signs other than Latin ones', fix: LEAVE },
  number_exponent: {
    says: 'had {column} with an exponent, as spreadsheets write large numbers',
    fix: 'Check that no digits were lost.',
  },
  number_sign: { says: 'had {column} with its sign in an unusual place', fix: LEAVE },
  comma_unclear: {
    says: 'have a {column} such as 1,234 or 1.234, and no value tells which sign is the decimal one; the point was taken for it',
    fix: 'Write {column} without signs between thousands.',
  },
  comma_mixed: {
    says: 'have a {column} such as 1,234 or 1.234 in a column that has both decimal points and decimal commas; what is more frequent was taken',
    fix: 'Write all of {column} in one way.',
  },
  date_year_first: { says: 'had {column} as 2011/12/9', fix: LEAVE },
  date_day_first: { says: 'had {column} with the day first', fix: LEAVE },
  date_month_first: { says: 'had {column} with the month first', fix: LEAVE },
  date_in_words: { says: 'had {column} with its month in words or its digits not Latin', fix: LEAVE },
  date_compact: { says: 'had {column} as 20111209', fix: LEAVE },
  date_unix: { says: 'had {column} as seconds or milliseconds since 1970', fix: LEAVE },
  date_sheet: { says: "had {column} as a spreadsheet's number of days", fix: LEAVE },
  date_order_unclear: {
    says: 'have a {column} such as 9/12/2010, and no value tells whether day or month comes first; the day was taken to',
    fix: 'Write {column} as 2010-12-09.',
  },
  date_order_mixed: {
    says: 'have a {column} such as 9/12/2010 in a column that has both days and months first; what is more frequent was taken',
    fix: 'Write all of {column} in one way.',
  },

  // Rules of business.
  email_malformed: { says: 'have an {column} that no mail could reach', fix: 'Correct the addresses.' },
  registration_out_of_range: {
    says: 'have a {column} before 1970 or in the future, which stays unknown',
    fix: 'Correct the dates.',
  },
  price_not_positive: { says: 'have a {column} of 0 or below, which stays unknown', fix: 'Correct the prices.' },
  date_before_1970: { says: 'with a {column} before 1970 were left out', fix: 'Correct the dates.' },
  purchase_in_future: { says: 'with a {column} in the future were left out', fix: 'Correct the dates, or the clock.' },
  purchase_before_registration: {
    says: 'are purchases from before their customers registered; they count',
    fix: 'Correct registration_date of these customers.',
  },
  price_far_off: {
    says: 'have a {column} more than 100 times that of the file of products; they count',
    fix: 'Check them for a slip of units: one such line moves every mean.',
  },
  price_zero: { says: 'have a {column} of 0; they are kept and count as no purchase', fix: 'Look whether these were gifts.' },
  price_negative: { says: 'have a {column} below 0; they count as refunds', fix: 'Tell refunds by a negative quantity.' },
  quantity_negative: { says: 'have a {column} below 0; they count as refunds', fix: LEAVE },
  quantity_zero: {
    says: 'have a {column} of 0; they are kept and count as no purchase',
    fix: 'Look whether these were cancelled.',
  },
  amount_too_large: {
    says: 'whose price times quantity is above 900 billion were left out',
    fix: 'Check them for a slip of units.',
  },

  // Between rows and files.
  row_repeated: { says: 'that repeat another one were left out', fix: 'Export each row once.' },
  row_repeated_kept: { says: 'repeat another one; they count, as was asked', fix: 'Export each row once.' },
  id_repeated: {
    says: 'with a {column} that an earlier one has, but with other values, were left out',
    fix: 'Keep one row of each {column}; the first one counts.',
  },
  customer_not_in_file: {
    says: 'name customers that the file of customers does not have; they count, under their ids',
    fix: 'Add these customers to the file of customers.',
  },
  product_not_in_file: {
    says: 'name products that the file of products does not have; they count, under their ids',
    fix: 'Add these products to the file of products.',
  },
} as const satisfies Readonly<Record<string, Kind>>

export type ProblemCode = keyof typeof problemCodes
