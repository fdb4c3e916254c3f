/** The `limit` best of what is offered, best first by `score`, ties by `id`: a short sorted list instead of sorting everything. */
export class Strongest {
  private readonly limit: number
  private readonly list: { readonly product: number; readonly id: string; readonly score: number }[] = []

  constructor(limit: number) {
    this.limit = limit
  }

  /** False where it is known that nothing of this score would be kept, so that it need not be looked at any further. */
  mayTake(score: number): boolean {
    return this.list.length < this.limit || score >= (this.list.at(-1)?.score ?? Number.POSITIVE_INFINITY)
  }

  offer(product: number, id: string, score: number): void {
    const { list } = this
    let place = list.length
    while (place > 0 && (list[place - 1]!.score < score || (list[place - 1]!.score === score && id < list[place - 1]!.id)))
      place--
    if (place >= this.limit) return
    const offered = { product, id, score }
    if (list.length < this.limit) list.push(offered)
    for (let k = list.length - 1; k > place; k--) list[k] = list[k - 1]!
    list[place] = offered
  }

  /** Best first. */
  get found(): readonly { readonly product: number; readonly id: string; readonly score: number }[] {
    return this.list
  }
}
