/** All phrases that a cell of a word table writes: parted by commas, with `{a|b|}` for spellings. Braces may be within braces. */
export const spellingsOf = (cell: string): readonly string[] =>
  partsOf(cell, ',')
    .flatMap(phrase => expanded(phrase.trim()))
    .filter(phrase => phrase !== '')

function expanded(phrase: string): string[] {
  const open = phrase.indexOf('{')
  if (open === -1) return [phrase]
  const close = closing(phrase, open)
  const tails = expanded(phrase.slice(close + 1))
  return partsOf(phrase.slice(open + 1, close), '|')
    .flatMap(expanded)
    .flatMap(middle => tails.map(tail => phrase.slice(0, open) + middle + tail))
}

function closing(phrase: string, open: number): number {
  let depth = 0
  for (let i = open; i < phrase.length; i++) {
    if (phrase[i] === '{') depth++
    if (phrase[i] === '}' && --depth === 0) return i
  }
  throw new Error(`a brace is not closed: ${phrase}`)
}

/** Parts of a text at a sign, but not within braces. */
function partsOf(text: string, sign: string): string[] {
  const parts = ['']
  let depth = 0
  for (const character of text) {
    if (character === '{') depth++
    if (character === '}') depth--
    if (character === sign && depth === 0) parts.push('')
    else parts[parts.length - 1] += character
  }
  return parts
}
