import { emsOf } from './printed-fonts.ts'

/** So many widths are kept: labels of axes repeat. */
const MOST = 5_000
const known = new Map<string, number>()

const arabicOrNot = /[\p{Script=Arabic}\u060c\u061b\u061f]+|[^\p{Script=Arabic}\u060c\u061b\u061f]+/gu

/** How wide a text is in the printed fonts, in the pixels of its CSS font: `bold 12px Noto Sans`. Bold is 6 % wider. */
export function textWidth(text: string, font: string): number {
  const size = Number(/([\d.]+)px/.exec(font)?.[1] ?? 12)
  return ems(text) * size * (/bold|[6-9]00/.test(font) ? 1.06 : 1)
}

function ems(text: string): number {
  const found = known.get(text)
  if (found !== undefined) return found
  let width = 0
  for (const run of text.match(arabicOrNot) ?? [])
    width += emsOf(run, /^[\p{Script=Arabic}\u060c]/u.test(run) ? 'arabic' : 'latin')
  if (known.size >= MOST) known.clear()
  known.set(text, width)
  return width
}
