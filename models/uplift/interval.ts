/** A difference, and between which bounds it lies in 95 of 100 cases. */
export interface Interval {
  readonly difference: number
  readonly low: number
  readonly high: number
}
