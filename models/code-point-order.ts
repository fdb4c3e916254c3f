const SURROGATE = /[\ud800-\udfff]/

/** The numbers of these ids in code-point order of the ids: by Unicode scalar values, which is also the order of their UTF-8 bytes. */
export function codePointOrder(ids: readonly string[]): Int32Array {
  const compare = ids.some(id => SURROGATE.test(id)) ? byCodePoint : byCodeUnit
  return Int32Array.from(ids.keys()).sort((a, b) => compare(ids[a]!, ids[b]!))
}

const byCodeUnit = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

/** As code units compare, but for surrogates, which stand for code points above all others. */
function byCodePoint(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length)
  for (let i = 0; i < shorter; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)]
    if (x !== y) return raised(x) - raised(y)
  }
  return a.length - b.length
}

const raised = (unit: number): number => (unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit)
