/** A number as people and spreadsheets write it, `$1,234.50` or `1 234,50 €`, as `1234.50`. What is none comes back with its letters. */
export function plainNumber(text: string, decimal: '.' | ','): string {
  if (/^-?\d+(\.\d+)?$/.test(text) && decimal === '.') return text
  const bare = text.replace(/[\p{Sc}\s_']/gu, '').replace(/^\+/, '')
  return decimal === '.' ? bare.replaceAll(',', '') : bare.replaceAll('.', '').replace(',', '.')
}
