/** A kind of buyer that whoever analyses the ledger should find again. */
export interface BuyerGroup {
  readonly name: string
  /** From so many orders to so many, each number as often. */
  readonly orders: readonly [number, number]
  /** When the first order may be at the earliest and at the latest, and until when they buy, as shares of the span. */
  readonly begins: readonly [number, number]
  readonly ends: number
  /** They buy because of Ramadan and the Eids only. */
  readonly festive: boolean
  /** What they buy; each customer likes two of them. */
  readonly categories: readonly string[]
}

const regular: BuyerGroup = {
  name: 'regular',
  orders: [5, 15],
  begins: [0, 0.2],
  ends: 1,
  festive: false,
  categories: ['grocery', 'beauty'],
}
/** Regulars once, who were lost. */
const lapsed: BuyerGroup = {
  name: 'lapsed',
  orders: [5, 15],
  begins: [0, 0.1],
  ends: 0.5,
  festive: false,
  categories: ['home', 'fashion'],
}
const festive: BuyerGroup = {
  name: 'festive',
  orders: [2, 4],
  begins: [0, 0],
  ends: 1,
  festive: true,
  categories: ['fashion', 'home'],
}
const newcomer: BuyerGroup = {
  name: 'newcomer',
  orders: [1, 1],
  begins: [0.93, 0.93],
  ends: 1,
  festive: false,
  categories: ['beauty', 'grocery'],
}
/** They came for dear things, once, in the course of a year. */
const oneOff: BuyerGroup = {
  name: 'one-off',
  orders: [1, 1],
  begins: [0.22, 0.22],
  ends: 0.7,
  festive: false,
  categories: ['electronics'],
}

export const buyerGroups: readonly BuyerGroup[] = [regular, lapsed, festive, newcomer, oneOff]

/** As `kindOf` has it, of every ten: two are frequent buyers, three seasonal, five buy once. */
const ofTen = [newcomer, regular, festive, newcomer, festive, oneOff, lapsed, oneOff, festive, oneOff]

/** The group of customer number `index`: in no file, for an analysis to find. */
export const groupOf = (index: number): BuyerGroup => ofTen[index % ofTen.length]!

/** Orders a customer has on average. */
export const MEAN_ORDERS = ofTen.reduce((sum, { orders: [least, most] }) => sum + (least + most) / 2, 0) / ofTen.length
