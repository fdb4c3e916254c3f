import * as fontkit from 'fontkit'
import { fontFiles } from './font-files.ts'

const [latin, arabic] = [fontFiles.latin, fontFiles.arabic].map(path => fontkit.openSync(path) as fontkit.Font)

/** So many widths are kept: labels of axes repeat. */
const MOST = 5_000
const known = new Map<string, number>()

/** How wide a text is in the printed fonts, in the pixels of its CSS font: `bold 12px Noto Sans`. Bold is a little wider: 6 %. */
export function textWidth(text: string, font: string): number {
  const size = Number(/([\d.]+)px/.exec(font)?.[1] ?? 12)
  return emWidth(text) * size * (/bold|[6-9]00/.test(font) ? 1.06 : 1)
}

function emWidth(text: string): number {
  const found = known.get(text)
  if (found !== undefined) return found
  let width = 0
  for (const run of text.match(/[\p{Script=Arabic}\u060c\u061b\u061f\u06d4]+|[^\p{Script=Arabic}\u060c\u061b\u061f\u06d4]+/gu) ??
    []) {
    const face = /^[\p{Script=Arabic}\u060c\u061b\u061f]/u.test(run) ? arabic! : latin!
    width += face.layout(run).advanceWidth / face.unitsPerEm
  }
  if (known.size >= MOST) known.clear()
  known.set(text, width)
  return width
}
