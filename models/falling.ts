/**
 * Puts numbers into the order of falling scores; those of one score stay in the order they came in. A merge sort from below: a list asks
 * for a few of these, and a comparator that the engine's own sort has to call costs more than all else of it.
 * @param scores by number
 */
export function sortFalling(numbers: Int32Array, scores: Float64Array): void {
  let from: Int32Array = numbers
  let to: Int32Array = new Int32Array(numbers.length)
  for (let width = 1; width < numbers.length; width *= 2) {
    for (let start = 0; start < numbers.length; start += 2 * width) {
      const middle = Math.min(start + width, numbers.length)
      const end = Math.min(middle + width, numbers.length)
      let [left, right] = [start, middle]
      for (let place = start; place < end; place++)
        to[place] =
          right >= end || (left < middle && !(scores[from[right]!]! > scores[from[left]!]!)) ? from[left++]! : from[right++]!
    }
    ;[from, to] = [to, from]
  }
  if (from !== numbers) numbers.set(from)
}
