import type { FlowLanguage } from '../../../../schemas/flow.ts'
import type { TextPurpose } from './text-purpose.ts'

type Wordings = Readonly<Record<TextPurpose, readonly string[]>>

/** How texts begin, by what they are for. `[shop]…[/]` stands where the shop has a name. What is offered, a code and a link are added (write-text.ts). */
const english: Wordings = {
  welcome: [
    'Hi {{first_name}}, welcome[shop] to {{shop}}[/]! We are glad that you are here.',
    'Welcome {{first_name}}! It is good to have you with us.',
    'Hi {{first_name}}, thank you for joining us.',
  ],
  win_back: [
    'Hi {{first_name}}, we miss you[shop] at {{shop}}[/]!',
    'Hi {{first_name}}, it has been a while. Come and see what is new.',
    '{{first_name}}, we would love to see you again.',
  ],
  back_in_stock: [
    'Hi {{first_name}}, {{product}} is back in stock.',
    'Good news {{first_name}}: {{product}} is available again.',
  ],
  price_drop: [
    'Hi {{first_name}}, the price of {{product}} has dropped.',
    'Good news {{first_name}}: {{product}} costs less now.',
  ],
  offer: [
    'Hi {{first_name}}, we have something for you[shop] at {{shop}}[/].',
    '{{first_name}}, here is a treat that is just for you.',
    'Hi {{first_name}}, this one is for you.',
  ],
  news: [
    'Hi {{first_name}}, there is news[shop] from {{shop}}[/]: come and see what is new.',
    '{{first_name}}, have a look at what is new for you.',
    'Hi {{first_name}}, new things have arrived that you may like.',
  ],
  abandoned_cart: ['Hi {{first_name}}, you left something in your cart.', '{{first_name}}, your cart is waiting for you.'],
  order_thanks: ['Thank you {{first_name}}! We have received your order.', '{{first_name}}, thank you for shopping with us.'],
  first_thanks: ['Thank you for your first order {{first_name}}!', '{{first_name}}, your first order made our day. Thank you!'],
  recommendation: ['Hi {{first_name}}, picked for you:', '{{first_name}}, you may like:'],
  purchase_offer: [
    'Hi {{first_name}}, would you like {{product}}? Reply YES to order it.',
    '{{first_name}}, reply YES and {{product}} is yours.',
  ],
  birthday: ['Happy birthday {{first_name}}!', '{{first_name}}, we wish you a very happy birthday.'],
  reminder: [
    'Hi {{first_name}}, a little reminder from us.',
    '{{first_name}}, just a reminder: we are still here for you.',
    'Hi {{first_name}}, have you seen our last text?',
  ],
  last_reminder: ['{{first_name}}, a last reminder from us.', 'Last call {{first_name}}!'],
  review: [
    'Hi {{first_name}}, how do you like what you bought? Reply and tell us.',
    '{{first_name}}, tell us what you think: just reply.',
  ],
  question: ['Hi {{first_name}}, are you interested? Reply YES or NO.', '{{first_name}}, may we help you? Reply YES or NO.'],
  answer: [
    'Thank you for your answer {{first_name}}. Here is what you asked for.',
    'Thank you {{first_name}}, we are glad to hear from you.',
  ],
  goodbye: ['Thank you {{first_name}}, we will not ask again.', 'All right {{first_name}}, thank you for telling us.'],
}

const romanUrdu: Wordings = {
  welcome: [
    '{{first_name}}, [shop]{{shop}} mein [/]khush amdeed! Humein khushi hai ke aap hamare saath hain.',
    'Khush amdeed {{first_name}}! Aap ka aana acha laga.',
    '{{first_name}}, hamare saath judne ka shukriya.',
  ],
  win_back: [
    '{{first_name}}, [shop]{{shop}} mein [/]humein aap ki yaad aati hai!',
    '{{first_name}}, bohat din ho gaye. Aayein aur dekhein kya naya hai.',
    '{{first_name}}, hum aap ko phir dekhna chahte hain.',
  ],
  back_in_stock: [
    '{{first_name}}, {{product}} phir se stock mein hai.',
    'Khushkhabri {{first_name}}: {{product}} dobara mil raha hai.',
  ],
  price_drop: ['{{first_name}}, {{product}} ki qeemat kam ho gayi hai.', 'Khushkhabri {{first_name}}: {{product}} ab sasta hai.'],
  offer: [
    '{{first_name}}, [shop]{{shop}} par [/]aap ke liye kuch khaas hai.',
    '{{first_name}}, ye tohfa sirf aap ke liye hai.',
    '{{first_name}}, ye aap ke liye hai.',
  ],
  news: [
    '{{first_name}}, [shop]{{shop}} mein [/]nayi cheezein aa gayi hain. Aayein aur dekhein.',
    '{{first_name}}, dekhein aap ke liye kya naya hai.',
    '{{first_name}}, aap ki pasand ki nayi cheezein aa gayi hain.',
  ],
  abandoned_cart: [
    '{{first_name}}, aap ki cart mein kuch reh gaya hai.',
    '{{first_name}}, aap ki cart aap ka intezar kar rahi hai.',
  ],
  order_thanks: ['Shukriya {{first_name}}! Aap ka order humein mil gaya hai.', '{{first_name}}, khareedari ka bohat shukriya.'],
  first_thanks: [
    '{{first_name}}, aap ki pehli khareedari ka bohat shukriya!',
    'Shukriya {{first_name}}! Aap ka pehla order humein mil gaya hai.',
  ],
  recommendation: ['{{first_name}}, aap ki pasand ke mutabiq:', '{{first_name}}, ye aap ko pasand aayega:'],
  purchase_offer: [
    '{{first_name}}, kya aap ko {{product}} chahiye? Order ke liye HAAN likhein.',
    '{{first_name}}, HAAN likhein aur {{product}} aap ka hai.',
  ],
  birthday: ['{{first_name}}, salgirah mubarak ho!', 'Salgirah bohat mubarak {{first_name}}!'],
  reminder: [
    '{{first_name}}, hamari taraf se aik yaad dihani.',
    '{{first_name}}, bas yaad dila rahe hain: hum aap ke liye yahan hain.',
    '{{first_name}}, kya aap ne hamara pichla message dekha?',
  ],
  last_reminder: ['{{first_name}}, hamari taraf se aakhri yaad dihani.', 'Aakhri mauqa {{first_name}}!'],
  review: [
    '{{first_name}}, aap ko apni khareedari kaisi lagi? Jawab mein batayein.',
    '{{first_name}}, apni raye batayein: bas jawab likhein.',
  ],
  question: [
    '{{first_name}}, kya aap ko dilchaspi hai? HAAN ya NAHI likhein.',
    '{{first_name}}, kya hum aap ki madad karein? HAAN ya NAHI likhein.',
  ],
  answer: ['Jawab ka shukriya {{first_name}}. Jo aap ne poocha wo ye hai.', 'Shukriya {{first_name}}, aap ka jawab mil gaya.'],
  goodbye: ['Shukriya {{first_name}}, hum dobara nahi poochenge.', 'Theek hai {{first_name}}, batane ka shukriya.'],
}

const urdu: Wordings = {
  welcome: [
    '{{first_name}}، [shop]{{shop}} میں [/]خوش آمدید! ہمیں خوشی ہے کہ آپ ہمارے ساتھ ہیں۔',
    'خوش آمدید {{first_name}}! آپ کا آنا اچھا لگا۔',
    '{{first_name}}، ہمارے ساتھ شامل ہونے کا شکریہ۔',
  ],
  win_back: [
    '{{first_name}}، [shop]{{shop}} میں [/]ہمیں آپ کی یاد آتی ہے!',
    '{{first_name}}، بہت دن ہو گئے۔ آئیے اور دیکھیے کیا نیا ہے۔',
    '{{first_name}}، ہم آپ کو پھر دیکھنا چاہتے ہیں۔',
  ],
  back_in_stock: ['{{first_name}}، {{product}} پھر سے دستیاب ہے۔', 'خوش خبری {{first_name}}: {{product}} دوبارہ مل رہا ہے۔'],
  price_drop: ['{{first_name}}، {{product}} کی قیمت کم ہو گئی ہے۔', 'خوش خبری {{first_name}}: {{product}} اب سستا ہے۔'],
  offer: [
    '{{first_name}}، [shop]{{shop}} پر [/]آپ کے لیے کچھ خاص ہے۔',
    '{{first_name}}، یہ تحفہ صرف آپ کے لیے ہے۔',
    '{{first_name}}، یہ آپ کے لیے ہے۔',
  ],
  news: [
    '{{first_name}}، [shop]{{shop}} میں [/]نئی چیزیں آ گئی ہیں۔ آئیے اور دیکھیے۔',
    '{{first_name}}، دیکھیے آپ کے لیے کیا نیا ہے۔',
    '{{first_name}}، آپ کی پسند کی نئی چیزیں آ گئی ہیں۔',
  ],
  abandoned_cart: ['{{first_name}}، آپ کی ٹوکری میں کچھ رہ گیا ہے۔', '{{first_name}}، آپ کی ٹوکری آپ کا انتظار کر رہی ہے۔'],
  order_thanks: ['شکریہ {{first_name}}! آپ کا آرڈر ہمیں مل گیا ہے۔', '{{first_name}}، خریداری کا بہت شکریہ۔'],
  first_thanks: ['{{first_name}}، آپ کی پہلی خریداری کا بہت شکریہ!', 'شکریہ {{first_name}}! آپ کا پہلا آرڈر ہمیں مل گیا ہے۔'],
  recommendation: ['{{first_name}}، آپ کی پسند کے مطابق:', '{{first_name}}، یہ آپ کو پسند آئے گا:'],
  purchase_offer: [
    '{{first_name}}، کیا آپ کو {{product}} چاہیے؟ آرڈر کے لیے ہاں لکھیں۔',
    '{{first_name}}، ہاں لکھیں اور {{product}} آپ کا ہے۔',
  ],
  birthday: ['{{first_name}}، سالگرہ مبارک ہو!', 'سالگرہ بہت مبارک {{first_name}}!'],
  reminder: [
    '{{first_name}}، ہماری طرف سے ایک یاد دہانی۔',
    '{{first_name}}، بس یاد دلا رہے ہیں: ہم آپ کے لیے یہاں ہیں۔',
    '{{first_name}}، کیا آپ نے ہمارا پچھلا پیغام دیکھا؟',
  ],
  last_reminder: ['{{first_name}}، ہماری طرف سے آخری یاد دہانی۔', 'آخری موقع {{first_name}}!'],
  review: ['{{first_name}}، آپ کو اپنی خریداری کیسی لگی؟ جواب میں بتائیں۔', '{{first_name}}، اپنی رائے بتائیں: بس جواب لکھیں۔'],
  question: [
    '{{first_name}}، کیا آپ کو دلچسپی ہے؟ ہاں یا نہیں لکھیں۔',
    '{{first_name}}، کیا ہم آپ کی مدد کریں؟ ہاں یا نہیں لکھیں۔',
  ],
  answer: ['جواب کا شکریہ {{first_name}}۔ جو آپ نے پوچھا وہ یہ ہے۔', 'شکریہ {{first_name}}، آپ کا جواب مل گیا۔'],
  goodbye: ['شکریہ {{first_name}}، ہم دوبارہ نہیں پوچھیں گے۔', 'ٹھیک ہے {{first_name}}، بتانے کا شکریہ۔'],
}

export const openings: Readonly<Record<FlowLanguage, Wordings>> = { en: english, 'roman-ur': romanUrdu, ur: urdu }

/** Sentences that say what is offered, how, and where. */
export const offerSentences: Readonly<
  Record<FlowLanguage, Readonly<Record<'offer' | 'code' | 'bareCode' | 'expires' | 'link' | 'answer', string>>>
> = {
  en: {
    offer: 'Enjoy {{discount}}',
    code: ' with code {{code}}',
    bareCode: 'Your code: [code].',
    expires: ' until {{expires}}',
    link: 'See here: {{link}}',
    answer: 'Reply YES or NO.',
  },
  'roman-ur': {
    offer: 'Aap ke liye {{discount}}',
    code: ', code {{code}}',
    bareCode: 'Aap ka code: [code].',
    expires: ', {{expires}} tak',
    link: 'Yahan dekhein: {{link}}',
    answer: 'HAAN ya NAHI likhein.',
  },
  ur: {
    offer: 'آپ کے لیے {{discount}}',
    code: '، کوڈ {{code}}',
    bareCode: 'آپ کا کوڈ: [code]۔',
    expires: '، {{expires}} تک',
    link: 'یہاں دیکھیں: {{link}}',
    answer: 'ہاں یا نہیں لکھیں۔',
  },
}
