import type { Line, Place } from './lines.ts'

/** A row of a file as a raw event, or why it is none. `row` is its line in the file, the first being 1. */
export type Row = { readonly row: number; readonly raw: unknown } | { readonly row: number; readonly skipped: string }

/**
 * A kind of file that we know. Mostly one line is one row, so that a broken row costs itself alone: a quote that is never closed
 * would otherwise swallow its neighbours.
 */
export interface FileFormat {
  readonly name: string
  /** For people: what the file is called and how it is known. */
  readonly title: string
  /** ISO 4217, when every file of this kind is in one currency. */
  readonly currency?: string
  /** By the beginning of the text. */
  recognises(head: string): boolean
  /** How a text falls into rows; by its lines, unless told. */
  readonly split?: (bytes: AsyncIterable<Uint8Array>, from: Place) => AsyncIterable<Line>
  /** Undefined for a line that is no row: a header, a blank. */
  read(text: string, row: number): Row | undefined
}
