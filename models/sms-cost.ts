import type { SmsParts } from './sms-parts.ts'
import type { Language } from './text/language.ts'

/** Texts that are alike in what they cost. */
export interface CostClass extends SmsParts {
  readonly language: Language
  readonly texts: number
}

/** What texts cost, counted one by one. */
export class SmsCost {
  private readonly classes = new Map<
    string,
    { language: Language; encoding: SmsParts['encoding']; parts: number; texts: number }
  >()

  add(language: Language, { encoding, parts }: SmsParts): void {
    const key = `${language} ${encoding} ${parts}`
    const known = this.classes.get(key)
    if (known === undefined) this.classes.set(key, { language, encoding, parts, texts: 1 })
    else known.texts++
  }

  /** By language, encoding and parts. */
  all(): readonly CostClass[] {
    return [...this.classes.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => ({ ...one }))
  }

  get texts(): number {
    return [...this.classes.values()].reduce((sum, { texts }) => sum + texts, 0)
  }

  get parts(): number {
    return [...this.classes.values()].reduce((sum, { texts, parts }) => sum + texts * parts, 0)
  }
}
