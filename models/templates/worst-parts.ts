import { gsmText } from '../gsm-text.ts'
import { type SmsParts, septetsOf, smsParts } from '../sms-parts.ts'
import type { Values } from './fill-template.ts'
import { longest, type Placeholder } from './placeholder.ts'
import type { Template } from './template.ts'

/** Of one part of several, all but the unit that an escape sequence or a surrogate pair may leave free at its end. */
const JOINED = { 'GSM-7': 152, 'UCS-2': 66 } as const
const SINGLE = { 'GSM-7': 160, 'UCS-2': 70 } as const
/** A link of which nothing is known: longer than short ones are. */
const LINK = 40
/** What may be put around one value, and at the beginning of its line (models/templates/direction.ts). */
const MARKS = 4

/**
 * The most parts that a text of this template can take, and in which encoding: names of people and products may come in any letters, and
 * one Urdu name makes a text UCS-2. A property test holds that no text takes more.
 *
 * @param known values that are the same for everybody, as they stand in the text
 */
export function worstParts({ pieces }: Template, known: Values = {}): SmsParts {
  const open = pieces.flatMap(piece =>
    'placeholder' in piece && known[piece.placeholder] === undefined ? [piece.placeholder] : [],
  )
  const words = gsmText(pieces.map(piece => ('words' in piece ? piece.words : (known[piece.placeholder] ?? ''))).join(''))
  const marks = MARKS * pieces.filter(piece => 'placeholder' in piece).length
  const room = open.reduce((sum, placeholder) => sum + roomOf(placeholder), 0)
  const inUnits = partsIn('UCS-2', words.length + room + marks)
  if (smsParts(words).encoding === 'UCS-2') return inUnits
  const septets = [...words].reduce((sum, character) => sum + septetsOf(character), 0)
  const inSeptets = partsIn('GSM-7', septets + 2 * room)
  if (open.every(placeholder => placeholder === 'link')) return inSeptets
  return { encoding: 'UCS-2', parts: Math.max(inUnits.parts, inSeptets.parts) }
}

const roomOf = (placeholder: Placeholder): number => (placeholder === 'link' ? LINK : longest[placeholder])

const partsIn = (encoding: SmsParts['encoding'], total: number): SmsParts => ({
  encoding,
  parts: total <= SINGLE[encoding] ? 1 : Math.ceil(total / JOINED[encoding]),
})
