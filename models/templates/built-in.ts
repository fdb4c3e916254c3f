import type { Language } from '../text/language.ts'
import type { Placeholder } from './placeholder.ts'
import type { Purpose } from './purpose.ts'
import { placesOf, readTemplate, type Template } from './template.ts'

type Texts = Readonly<Record<Purpose, readonly string[]>>

/** Of each purpose those that ask for most first; the last asks for the first name alone, without which it reads as well. */
const english: Texts = {
  welcome: [
    'Hi {{first_name}}, welcome to {{shop}}! See what is new for you: {{link}}',
    'Hi {{first_name}}, welcome! We are glad that you are with us.',
  ],
  win_back: [
    'Hi {{first_name}}, we miss you at {{shop}}. Enjoy {{discount}} with code {{code}}: {{link}}',
    'Hi {{first_name}}, we miss you at {{shop}}. Come and see what is new: {{link}}',
    'Hi {{first_name}}, we miss you! Come and see what is new for you.',
  ],
  back_in_stock: [
    'Hi {{first_name}}, {{product}} is back in stock. You can get it here: {{link}}',
    'Hi {{first_name}}, {{product}} is back in stock and you can order it now.',
    'Hi {{first_name}}, what you have been waiting for is back in stock.',
  ],
  offer: [
    'Hi {{first_name}}, enjoy {{discount}} at {{shop}} with code {{code}} until {{expires}}: {{link}}',
    'Hi {{first_name}}, enjoy {{discount}} at {{shop}}, just for you: {{link}}',
    'Hi {{first_name}}, we have an offer that is just for you.',
  ],
  abandoned_cart: [
    'Hi {{first_name}}, {{product}} is still in your cart. You can order it here: {{link}}',
    'Hi {{first_name}}, you left something in your cart. You can order it here: {{link}}',
    'Hi {{first_name}}, you left something in your cart. You can order it whenever you like.',
  ],
  order_thanks: [
    'Thank you {{first_name}}! We have received your order at {{shop}} and will send it soon.',
    'Thank you {{first_name}}! We have received your order and will send it soon.',
  ],
  recommendation: [
    'Hi {{first_name}}, picked for you: {{product}} for {{price}}. Have a look: {{link}}',
    'Hi {{first_name}}, picked for you: {{product}}. Have a look: {{link}}',
    'Hi {{first_name}}, we have new things that you may like. Come and have a look.',
  ],
}

const romanUrdu: Texts = {
  welcome: [
    '{{first_name}}, {{shop}} mein khush amdeed! Aap ke liye nayi cheezein yahan dekhein: {{link}}',
    '{{first_name}}, khush amdeed! Humein khushi hai ke aap hamare saath hain.',
  ],
  win_back: [
    '{{first_name}}, {{shop}} ko aap ki yaad aati hai. Code {{code}} se {{discount}} hasil karein: {{link}}',
    '{{first_name}}, {{shop}} ko aap ki yaad aati hai. Dekhein kya naya hai: {{link}}',
    '{{first_name}}, humein aap ki yaad aati hai. Aayein aur dekhein ke kya naya hai.',
  ],
  back_in_stock: [
    '{{first_name}}, {{product}} phir se stock mein hai. Aap yahan se le sakte hain: {{link}}',
    '{{first_name}}, {{product}} phir se stock mein hai. Aap abhi order kar sakte hain.',
    '{{first_name}}, jis cheez ka aap ko intezar tha wo phir se stock mein hai.',
  ],
  offer: [
    '{{first_name}}, {{shop}} par {{expires}} tak {{discount}} aap ke liye hai, code {{code}}: {{link}}',
    '{{first_name}}, {{shop}} par aap ke liye {{discount}} hai: {{link}}',
    '{{first_name}}, hamare paas aap ke liye ek khaas offer hai.',
  ],
  abandoned_cart: [
    '{{first_name}}, {{product}} abhi aap ki cart mein hai. Order mukammal karein: {{link}}',
    '{{first_name}}, aap ki cart mein kuch reh gaya hai. Order mukammal karein: {{link}}',
    '{{first_name}}, aap ki cart mein kuch reh gaya hai. Jab chahein order mukammal karein.',
  ],
  order_thanks: [
    '{{first_name}}, {{shop}} se khareedari ka shukriya! Aap ka order humein mil gaya hai.',
    '{{first_name}}, shukriya! Aap ka order humein mil gaya hai.',
  ],
  recommendation: [
    '{{first_name}}, aap ki pasand ke mutabiq: {{product}}, qeemat {{price}}. Yahan dekhein: {{link}}',
    '{{first_name}}, aap ki pasand ke mutabiq: {{product}}. Yahan dekhein: {{link}}',
    '{{first_name}}, aap ki pasand ki nayi cheezein aa gayi hain. Aayein aur dekhein.',
  ],
}

const urdu: Texts = {
  welcome: [
    '{{first_name}}، {{shop}} میں خوش آمدید! آپ کے لیے نئی چیزیں یہاں دیکھیں: {{link}}',
    '{{first_name}}، خوش آمدید! ہمیں خوشی ہے کہ آپ ہمارے ساتھ ہیں۔',
  ],
  win_back: [
    '{{first_name}}، {{shop}} کو آپ کی یاد آتی ہے۔ کوڈ {{code}} سے {{discount}} حاصل کریں: {{link}}',
    '{{first_name}}، {{shop}} کو آپ کی یاد آتی ہے۔ دیکھیں کیا نیا ہے: {{link}}',
    '{{first_name}}، ہمیں آپ کی یاد آتی ہے۔ آئیے اور دیکھیے کہ کیا نیا ہے۔',
  ],
  back_in_stock: [
    '{{first_name}}، {{product}} پھر سے دستیاب ہے۔ یہاں سے حاصل کریں: {{link}}',
    '{{first_name}}، {{product}} پھر سے دستیاب ہے۔ آپ ابھی آرڈر کر سکتے ہیں۔',
    '{{first_name}}، جس چیز کا آپ کو انتظار تھا وہ پھر سے دستیاب ہے۔',
  ],
  offer: [
    '{{first_name}}، {{shop}} پر {{expires}} تک {{discount}}، کوڈ {{code}}: {{link}}',
    '{{first_name}}، {{shop}} پر آپ کے لیے {{discount}}: {{link}}',
    '{{first_name}}، ہمارے پاس آپ کے لیے ایک خاص پیشکش ہے۔',
  ],
  abandoned_cart: [
    '{{first_name}}، {{product}} ابھی آپ کی ٹوکری میں ہے۔ آرڈر مکمل کریں: {{link}}',
    '{{first_name}}، آپ کی ٹوکری میں کچھ رہ گیا ہے۔ آرڈر مکمل کریں: {{link}}',
    '{{first_name}}، آپ کی ٹوکری میں کچھ رہ گیا ہے۔ جب چاہیں آرڈر مکمل کریں۔',
  ],
  order_thanks: [
    '{{first_name}}، {{shop}} سے خریداری کا شکریہ! آپ کا آرڈر ہمیں مل گیا ہے۔',
    '{{first_name}}، شکریہ! آپ کا آرڈر ہمیں مل گیا ہے۔',
  ],
  recommendation: [
    '{{first_name}}، آپ کی پسند کے مطابق: {{product}}، قیمت {{price}}۔ یہاں دیکھیں: {{link}}',
    '{{first_name}}، آپ کی پسند کے مطابق: {{product}}۔ یہاں دیکھیں: {{link}}',
    '{{first_name}}، آپ کی پسند کی نئی چیزیں آ گئی ہیں۔ آئیے اور دیکھیے۔',
  ],
}

const texts: Readonly<Record<Language, Texts>> = { english, 'roman-urdu': romanUrdu, urdu }

/** All that is built in for a purpose in a language, what asks for most first. */
export const builtIns = (purpose: Purpose, language: Language): readonly Template[] => texts[language][purpose].map(read)

/** The built-in template that uses most of what is there, and nothing that is not; the first name needs not be there. */
export function builtIn(purpose: Purpose, language: Language, there: readonly Placeholder[]): Template {
  const all = builtIns(purpose, language)
  return all.find(template => placesOf(template).every(place => place === 'first_name' || there.includes(place))) ?? all.at(-1)!
}

function read(content: string): Template {
  const found = readTemplate(content, { discount: { code: 'ANY' } })
  if ('problems' in found) throw new Error(`${content}: ${found.problems.map(({ message }) => message).join(' ')}`)
  return found.template
}
