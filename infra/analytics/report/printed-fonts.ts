import * as fontkit from 'fontkit'
import { fontFiles } from './font-files.ts'

/** Which of the two fonts has a letter. */
export type Script = 'latin' | 'arabic'

const faces: Readonly<Record<Script, fontkit.Font>> = { latin: opened(fontFiles.latin), arabic: opened(fontFiles.arabic) }

function opened(path: string): fontkit.Font {
  const font = fontkit.openSync(path)
  if ('fonts' in font) throw new TypeError(`${path} holds several fonts: which one is meant is not said.`)
  return font
}

/** The font a character is printed in, undefined where neither has it: digits and brackets are in both, and go with the text they stand in. */
export function scriptOf(character: string, fromRight: boolean): Script | undefined {
  const [first, second]: Script[] = fromRight ? ['arabic', 'latin'] : ['latin', 'arabic']
  const code = character.codePointAt(0)!
  if (faces[first!].hasGlyphForCodePoint(code)) return first
  return faces[second!].hasGlyphForCodePoint(code) ? second : undefined
}

/** How wide letters of one font are, shaped, in ems. */
export function emsOf(letters: string, script: Script): number {
  const face = faces[script]
  return face.layout(letters).advanceWidth / face.unitsPerEm
}
