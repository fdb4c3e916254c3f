import fc from 'fast-check'
import type { Values } from '../../../models/templates/fill-template.ts'
import { placeholders } from '../../../models/templates/placeholder.ts'

/** Words of three languages, with signs that texts have, some of which cost. */
const words = fc.constantFrom(
  'Hi ',
  'your order ',
  'aap ka order ',
  'آپ کا آرڈر ',
  ', ',
  '، ',
  '! ',
  '۔ ',
  '\n',
  '(new) ',
  '20 ',
  '“sale” ',
  '[€] ',
  '😀 ',
  'é… ',
)

/** Contents of templates, whatever they may say. */
export const contents = fc
  .array(
    fc.oneof(
      words,
      fc.constantFrom(...placeholders).map(name => `{{${name}}} `),
    ),
    { minLength: 1, maxLength: 40 },
  )
  .map(pieces => pieces.join(''))
  .filter(content => content.trim() !== '' && content.length <= 1600)

/** What people, shops and those who try it type. */
const typed = fc.oneof(
  fc.constantFrom('Ada', 'عائشہ', 'Tea Set (Large)', 'چائے', '€€€€ [x]', '😀😀😀', '  ', '{{link}}', 'a\nb', 'x\u202ey'),
  fc.string({ unit: 'grapheme', maxLength: 60 }),
  fc.string({ unit: 'binary', maxLength: 60 }),
)
/** What is composed anew may be longer than it was typed: 𝅘𝅥𝅮 is two signs typed and six composed. */
const short = typed.map(text => `v${text.normalize('NFC').slice(0, 18)}`)

/** Values of which those that may be too long are not, and those that may be missing are now and then. */
export const values: fc.Arbitrary<Values> = fc.record({
  first_name: fc.option(typed, { nil: undefined }),
  product: typed.map(text => `p${text}`),
  product_2: typed.map(text => `p${text}`),
  product_3: typed.map(text => `p${text}`),
  price: short,
  link: fc.constantFrom('https://s.example.pk/r/0123456789A', '{{link}}'),
  discount: short,
  code: fc.stringMatching(/^[A-Z0-9]{3,20}$/),
  shop: short,
  expires: short,
})
