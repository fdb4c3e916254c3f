import type { CellReference, TableName } from '../table.ts'

export type Language = 'en' | 'ur'

/** A report in one language, whatever it is printed on: all words are there, and numbers are cells of tables. */
export interface Report {
  readonly language: Language
  readonly direction: 'ltr' | 'rtl'
  readonly title: string
  readonly subtitle: string
  readonly summary: readonly Sentence[]
  readonly sections: readonly Section[]
}

/** A sentence of the summary, in pieces: words, and numbers that say which cell they are. */
export type Sentence = readonly (string | { readonly text: string; readonly cell: CellReference })[]

export interface Section {
  /** `segments`: also where links lead. */
  readonly id: string
  readonly title: string
  /** What it shows and how to read it. */
  readonly lead: string
  readonly charts: readonly Chart[]
  readonly tables: readonly ShownTable[]
  /** Why there is nothing to show; then there are no charts and no tables. */
  readonly nothing: string | undefined
}

export interface Chart {
  /** Name of the file in charts/, without its ending. */
  readonly name: string
  readonly title: string
  /** What it shows in a sentence, for those who do not see it. */
  readonly describes: string
  /** An option of ECharts that is plain JSON: the page draws it as well as the server. Without colours of ink and paper: the theme has them. */
  readonly option: Readonly<Record<string, unknown>>
  /** In CSS pixels of a page 960 wide. */
  readonly height: number
}

export interface ShownTable {
  readonly table: TableName
  readonly title: string
  /** Columns of the table that are shown, with their headings. */
  readonly columns: readonly { readonly name: string; readonly heading: string }[]
  /** Texts of cells in the report's language, of tables whose cells are words: by column, by cell. */
  readonly words: Readonly<Record<string, Readonly<Record<string, string>>>>
  /** So many rows are shown on paper; pages show all. */
  readonly most: number
}
