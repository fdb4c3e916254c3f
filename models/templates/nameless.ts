import type { Language } from '../text/language.ts'

/** What stands around the place of a name that nobody knows, and `here`: what goes there instead. */
export interface Nameless {
  readonly before: string
  readonly here: string
  readonly after: string
}

/** Where a name cannot be left out, somebody stands there whom grammar lets stand wherever a name may. */
const SOMEBODY: Readonly<Record<Language, string>> = {
  english: 'our valued customer',
  'roman-urdu': 'moazziz sarif',
  urdu: 'معزز صارف',
}
/** After `Dear` and its kin. */
const DEAR_WHO: Readonly<Record<Language, string>> = { english: 'customer', 'roman-urdu': 'sarif', urdu: 'صارف' }

const DEAR = /(^|[^\p{L}])(dear|pyar[ei]|aziz|mo?u?htaram|mo?u?htarma|moazziz|پیار[ےی]|عزیز|محترم|محترمہ|معزز)\s+$/iu
const GREETING =
  /(^|[^\p{L}])(hi|hello|hey|welcome|thanks|thank you|sorry|congratulations|salam|salaam|a?ssalam[- ]?[ou][- ]?alaikum|aoa|adaab|shukriya|mubarak( ho)?|khush amdeed|سلام|السلام علیکم|آداب|شکریہ|مبارک( ہو)?|خوش آمدید)[ \t]+$/iu
/** What is said behind a name to be polite, and means nothing without it. */
const HONORIFIC = /^[ \t]+(ji|jee|sahib|sahab|saheb|sahiba|bhai|baji|جی|صاحب|صاحبہ|بھائی|باجی)(?![\p{L}\p{M}])/iu
/** The name is part of the sentence: possessed, or before a postposition. */
const IN_SENTENCE = /^(['’]s(?!\p{L})|[ \t]+(k[aei]|ko|ne|se|par|pe|tak|کا|کی|کے|کو|نے|سے|پر|تک)(?![\p{L}\p{M}]))/iu
const APART = /^[ \t]*([,،!:;؛.۔?؟\n]|$)/u
/** Whoever is spoken to next needs no comma in Urdu. */
const YOU = /^[ \t]+(aap|ap|آپ|تم|you|your|we|hum|ہم)(?![\p{L}\p{M}])/iu
const BEGINS = /(^|[.!?۔؟\n])[ \t]*$/u

/**
 * How a text goes on where the first name is not known. A name by which somebody is called (`Hi {{first_name}}, …`, `…, {{first_name}}!`)
 * goes with its comma and its honorific; one that the sentence needs (`a gift for {{first_name}}`) becomes somebody.
 */
export function withoutName(before: string, after: string, language: Language): Nameless {
  const rest = after.replace(HONORIFIC, '')
  const called = rest !== after
  if (DEAR.test(before)) return { before, here: DEAR_WHO[language], after: rest }
  if (IN_SENTENCE.test(rest)) return somebody(before, rest, language)
  if (GREETING.test(before)) return { before: before.trimEnd(), here: '', after: rest }
  const apart = called || APART.test(rest) || YOU.test(rest)
  if (apart && BEGINS.test(before)) return { before, here: '', after: capital(rest.replace(/^[ \t]*[,،!:;؛.۔?؟]?\s*/u, '')) }
  if (apart && /[,،][ \t]*$/u.test(before)) return afterComma(before, rest)
  return somebody(before, rest, language)
}

/** `Thanks, …!` → `Thanks!`; where words go on, the comma is theirs. */
const afterComma = (before: string, rest: string): Nameless =>
  APART.test(rest)
    ? { before: before.replace(/[,،][ \t]*$/u, ''), here: '', after: rest.replace(/^[ \t]+/, '') }
    : { before: before.trimEnd(), here: '', after: rest }

const somebody = (before: string, after: string, language: Language): Nameless => ({
  before,
  here: BEGINS.test(before) ? capital(SOMEBODY[language]) : SOMEBODY[language],
  after,
})

const capital = (text: string): string => text.replace(/^[a-z]/, letter => letter.toUpperCase())
