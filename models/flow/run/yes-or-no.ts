import { normalText, tokensOf } from '../../text/normal-text.ts'

/** As they are written, in English, Roman Urdu and Urdu; nobody agrees how to spell the second. */
const YES = wordsOf(
  'yes yeah yep yup yea ya y ok okay k sure please fine agreed accept accepted confirm confirmed interested definitely absolutely',
  'haan han haa haanji hanji ji jee g bilkul theek thik thek tik sahi zaroor zarur chahiye chahye chaiye bhejo bhej manzoor',
  'ہاں جی بالکل ٹھیک ضرور چاہیے چاہئے اوکے منظور بھیجو درست',
  '👍 ✅ 👌 💯',
)
const NO = wordsOf(
  'no nope nah n never dont not decline declined reject cancel uninterested',
  'nahi nahin nai nhi nahe na naa mat nehi',
  'نہیں نہی نا مت نہ',
  '👎 ❌ 🚫',
)
/** Who says yes or no says it at once. */
const FIRST_WORDS = 4

function wordsOf(...lines: readonly string[]): ReadonlySet<string> {
  return new Set(lines.flatMap(line => line.split(' ').map(normalText)))
}

/** Whether a text says yes or no in its first words, in three languages; no where it says both (`jee nahin`, `no thanks, ok`). Pure. */
export function yesOrNo(text: string): 'yes' | 'no' | undefined {
  const words = tokensOf(normalText(text.slice(0, 200)).replace(/['’]/g, ''))
    .filter(word => /[\p{L}\p{N}\p{Extended_Pictographic}]/u.test(word))
    .slice(0, FIRST_WORDS)
  if (words.some(word => NO.has(word))) return 'no'
  return words.some(word => YES.has(word)) ? 'yes' : undefined
}
