import { decodeText } from './decode-text.ts'
import { masked } from './masked.ts'
import { type ProblemCode, problemCodes } from './problem-codes.ts'
import type { FileName, Problem, Treatment } from './validation.ts'

const EXAMPLES = 5
/** Long numbers in these are no phones. */
const NUMBERS: ReadonlySet<string | null> = new Set([
  'registration_date',
  'purchase_date',
  'price',
  'quantity',
  'transaction_id',
  'product_id',
])

/** Rows with one problem, counted while they come by: what is counted often must cost next to nothing. */
export class Tally {
  rows = 0
  readonly examples: { row: number; value: string }[] = []
  readonly file: FileName
  readonly column: string | null
  readonly code: ProblemCode
  readonly treatment: Treatment

  constructor(file: FileName, column: string | null, code: ProblemCode, treatment: Treatment) {
    this.file = file
    this.column = column
    this.code = code
    this.treatment = treatment
  }

  /** A row whose value stands from `start` to `end`. */
  hit(row: number, bytes: Uint8Array, start: number, end: number): void {
    this.rows++
    // A letter cut in two would be taken for one of another encoding: cut wide, and masked() cuts to size.
    if (this.examples.length < EXAMPLES) this.show(row, decodeText(bytes, start, Math.min(end, start + 400)))
  }

  say(row: number, value: string): void {
    this.rows++
    if (this.examples.length < EXAMPLES) this.show(row, value)
  }

  /** Takes over what another one has counted. */
  add({ rows, examples }: Tally): void {
    this.rows += rows
    this.examples.push(...examples)
    this.examples.sort((a, b) => a.row - b.row).splice(EXAMPLES)
  }

  private show(row: number, value: string): void {
    this.examples.push({ row, value: masked(value, !NUMBERS.has(this.column)) })
  }
}

/** All tallies of three files, in the order in which they were made. */
export class Problems {
  private readonly tallies = new Map<string, Tally>()

  tally(file: FileName, column: string | null, code: ProblemCode, treatment: Treatment): Tally {
    const key = `${file} ${column} ${code} ${treatment}`
    const known = this.tallies.get(key)
    if (known !== undefined) return known
    const tally = new Tally(file, column, code, treatment)
    this.tallies.set(key, tally)
    return tally
  }

  /** One of what is not known to be a problem yet; it is not told. */
  scratch(file: FileName, column: string, code: ProblemCode): Tally {
    return new Tally(file, column, code, 'kept')
  }

  /** A row is left out for one reason alone, the first that is found. */
  leftOut(file: FileName): number {
    return [...this.tallies.values()].reduce(
      (sum, tally) => (tally.file === file && tally.treatment === 'left_out' ? sum + tally.rows : sum),
      0,
    )
  }

  has(file: FileName, code: ProblemCode): boolean {
    return [...this.tallies.values()].some(tally => tally.file === file && tally.code === code && tally.rows > 0)
  }

  list(): Problem[] {
    return [...this.tallies.values()].filter(({ rows }) => rows > 0).map(asProblem)
  }
}

function asProblem({ file, column, code, treatment, rows, examples }: Tally): Problem {
  const { says, fix } = problemCodes[code]
  const named = (text: string) => text.replaceAll('{column}', column ?? 'it')
  return {
    file,
    column,
    code,
    treatment,
    rows,
    examples,
    says: `Rows of ${file} ${named(says)}: ${rows.toLocaleString('en')}.`,
    fix: named(fix),
  }
}
