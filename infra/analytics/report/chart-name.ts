/** Takes no place on paper. */
const WORD_JOINER = '\u2060'

/**
 * A shop's name as charts may have it. ECharts keeps names as keys of plain objects: a product called `__proto__` changes their prototype, and this chart and
 * those after it stay empty.
 */
export const chartName = (name: string): string => (name in Object.prototype ? `${WORD_JOINER}${name}` : name)
