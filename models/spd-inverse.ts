/** Rows and columns done at once: few enough that they stay in the cache while they are needed. */
const BLOCK = 64

/**
 * The inverse of a symmetric positive definite matrix by its Cholesky factor: A = L·Lᵀ, U = (L⁻¹)ᵀ, A⁻¹ = U·Uᵀ
 * (Golub & Van Loan, Matrix Computations, §4.2). About n³ multiply-adds, nearly all in dot products of rows, which lie in memory one
 * after the other: some seconds for n = 1,700 and most of a minute for n = 4,000, so it belongs into a worker.
 *
 * @param a row-major n × n; its lower triangle is read, and all of it is used for the answer
 * @returns `a`. Throws a RangeError when the matrix is not positive definite
 */
export function invertSpd(a: Float64Array, n: number): Float64Array {
  factor(a, n)
  square(transposedInverse(a, n), n, a)
  return a
}

/** Puts L into the lower triangle, one block of columns after the other. */
function factor(a: Float64Array, n: number): void {
  for (let j0 = 0; j0 < n; j0 += BLOCK) {
    const j1 = Math.min(n, j0 + BLOCK)
    for (let i0 = j0; i0 < n; i0 += BLOCK) {
      const i1 = Math.min(n, i0 + BLOCK)
      dots(a, i0, i1, a, j0, j1, 0, j0, n, (i, j, dot) => {
        a[i * n + j]! -= dot
      })
      for (let i = i0; i < i1; i++) factorRow(a, n, i, j0, Math.min(j1, i + 1))
    }
  }
}

/** What is left of a row within the block of columns, once those to the left are taken off. */
function factorRow(a: Float64Array, n: number, i: number, from: number, to: number): void {
  const row = i * n
  for (let j = from; j < to; j++) {
    const left = a[row + j]! - dot(a, row, a, j * n, from, j)
    if (j < i) a[row + j] = left / a[j * n + j]!
    else if (left > 0) a[row + j] = Math.sqrt(left)
    else throw new RangeError(`the matrix is not positive definite: row ${i} adds nothing of its own`)
  }
}

/** U, row-major, zero below its diagonal. */
function transposedInverse(l: Float64Array, n: number): Float64Array {
  const u = new Float64Array(n * n)
  for (let j = 0; j < n; j++) u[j * n + j] = 1 / l[j * n + j]!
  for (let i0 = 0; i0 < n; i0 += BLOCK) {
    const i1 = Math.min(n, i0 + BLOCK)
    for (let j0 = 0; j0 < i0; j0 += BLOCK)
      dots(l, i0, i1, u, j0, Math.min(n, j0 + BLOCK), j0, i0, n, (i, j, dot) => {
        u[j * n + i] = dot
      })
    for (let j = 0; j < i1; j++) {
      const from = Math.max(i0, j)
      for (let i = Math.max(i0, j + 1); i < i1; i++)
        u[j * n + i] = -(u[j * n + i]! + dot(l, i * n, u, j * n, from, i)) / l[i * n + i]!
    }
  }
  return u
}

/** U·Uᵀ, both triangles of it. */
function square(u: Float64Array, n: number, out: Float64Array): void {
  for (let i0 = 0; i0 < n; i0 += BLOCK)
    for (let j0 = 0; j0 <= i0; j0 += BLOCK)
      dots(u, i0, Math.min(n, i0 + BLOCK), u, j0, Math.min(n, j0 + BLOCK), i0, n, n, (i, j, dot) => {
        out[i * n + j] = dot
        out[j * n + i] = dot
      })
}

function dot(x: Float64Array, rowX: number, y: Float64Array, rowY: number, from: number, to: number): number {
  let sum = 0
  for (let k = from; k < to; k++) sum += x[rowX + k]! * y[rowY + k]!
  return sum
}

/** The dot products of rows i of x with rows j of y over columns k. Four rows by four at a time: each number that is loaded is used four times. */
function dots(
  x: Float64Array,
  i0: number,
  i1: number,
  y: Float64Array,
  j0: number,
  j1: number,
  k0: number,
  k1: number,
  n: number,
  put: (i: number, j: number, dot: number) => void,
): void {
  if (k0 >= k1) return
  const i4 = i1 - ((i1 - i0) & 3)
  const j4 = j1 - ((j1 - j0) & 3)
  for (let i = i0; i < i4; i += 4)
    for (let j = j0; j < j4; j += 4) {
      const [a, b, c, d] = [i * n, (i + 1) * n, (i + 2) * n, (i + 3) * n]
      const [p, q, r, s] = [j * n, (j + 1) * n, (j + 2) * n, (j + 3) * n]
      let [ap, aq, ar, as, bp, bq, br, bs] = [0, 0, 0, 0, 0, 0, 0, 0]
      let [cp, cq, cr, cs, dp, dq, dr, ds] = [0, 0, 0, 0, 0, 0, 0, 0]
      for (let k = k0; k < k1; k++) {
        const yp = y[p + k]!
        const yq = y[q + k]!
        const yr = y[r + k]!
        const ys = y[s + k]!
        const xa = x[a + k]!
        const xb = x[b + k]!
        const xc = x[c + k]!
        const xd = x[d + k]!
        ap += xa * yp
        aq += xa * yq
        ar += xa * yr
        as += xa * ys
        bp += xb * yp
        bq += xb * yq
        br += xb * yr
        bs += xb * ys
        cp += xc * yp
        cq += xc * yq
        cr += xc * yr
        cs += xc * ys
        dp += xd * yp
        dq += xd * yq
        dr += xd * yr
        ds += xd * ys
      }
      const found = [ap, aq, ar, as, bp, bq, br, bs, cp, cq, cr, cs, dp, dq, dr, ds]
      for (let m = 0; m < 16; m++) put(i + (m >> 2), j + (m & 3), found[m]!)
    }
  for (let i = i0; i < i1; i++) for (let j = i < i4 ? j4 : j0; j < j1; j++) put(i, j, dot(x, i * n, y, j * n, k0, k1))
}
