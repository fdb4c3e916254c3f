/** Ids numbered from 0 in the order in which they are first met. */
export class GrowingIds {
  readonly all: string[] = []
  private readonly numbers = new Map<string, number>()

  of(id: string): number {
    const known = this.numbers.get(id)
    if (known !== undefined) return known
    const number = this.all.length
    this.numbers.set(id, number)
    this.all.push(id)
    return number
  }
}
