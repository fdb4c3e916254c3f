import { normalText, tokensOf } from './normal-text.ts'

export const languages = ['english', 'roman-urdu', 'urdu'] as const
export type Language = (typeof languages)[number]

/** Words that hold sentences together, as they are most often spelt. What is in both languages (`main`, `is`, `to`, `the`) tells nothing. */
const ENGLISH = new Set(
  'and of for with this that it you are was not have has but they from my your we will can very been be an its what when please thank thanks good bad nice great best love order delivery received'.split(
    ' ',
  ),
)
const ROMAN_URDU = new Set(
  'hai hain hy h ka ki ke ko ne se sy nahi nai nhi aur or kia kya ye yeh wo woh bohat bahut bht acha acchi achi mera meri mere ap aap ho hon tha thi raha rahi rha rhi kar kr gaya gya bhi bi b sab koi mujhe mjy hum tum jo tu par pe abhi phir lekin kuch bilkul shukriya yar yaar'.split(
    ' ',
  ),
)

/** Which of three languages a text is in: by its letters, then by its small words. Roman Urdu where nothing tells. */
export function languageOf(text: string): Language {
  const { arabic, english, roman } = tellingsOf(text)
  if (arabic > 0.5) return 'urdu'
  return english > roman ? 'english' : 'roman-urdu'
}

/** What of a text tells its language: shares of its letters by script, from 0 to 1, and how many small words of two languages it has. */
export function tellingsOf(text: string): { latin: number; arabic: number; english: number; roman: number } {
  const normal = normalText(text)
  const letters = normal.match(/\p{L}/gu) ?? []
  const share = (script: RegExp) => letters.filter(letter => script.test(letter)).length / Math.max(1, letters.length)
  let [english, roman] = [0, 0]
  for (const word of tokensOf(normal)) {
    if (ENGLISH.has(word)) english++
    if (ROMAN_URDU.has(word)) roman++
  }
  return { latin: share(/\p{Script=Latin}/u), arabic: share(/\p{Script=Arabic}/u), english, roman }
}
