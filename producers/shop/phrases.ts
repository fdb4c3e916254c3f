import type { Language } from './customer.ts'

type Phrases = Readonly<Record<Language, readonly string[]>>

/** What customers write to the shop. */
export const praise: Phrases = {
  en: [
    'Thank you, the {item} is excellent!',
    'Delivery was quick and the quality is great.',
    'Loved the {item}, will order again.',
    'Very happy with my order, highly recommended.',
  ],
  'roman-ur': [
    'Shukriya, {item} bohat acha hai!',
    'Delivery jaldi mil gayi, quality zabardast hai.',
    'Mujhe {item} bohat pasand aya, dobara order karun ga.',
    'Bohat khush hun, maza aa gaya.',
  ],
  ur: [
    'شکریہ، {item} بہت اچھا ہے!',
    'ڈیلیوری جلدی مل گئی، معیار زبردست ہے۔',
    'مجھے {item} بہت پسند آیا، دوبارہ منگواؤں گا۔',
    'بہت خوش ہوں، بہترین سروس۔',
  ],
}
export const complaint: Phrases = {
  en: [
    'The {item} arrived broken, I want a refund.',
    'Very bad quality, not what the picture showed.',
    'My order is late again, this is disappointing.',
    'Nobody answers the phone, terrible service.',
  ],
  'roman-ur': [
    '{item} toota hua mila, paise wapas karein.',
    'Quality bohat kharab hai, tasveer jesa nahi.',
    'Order phir late hai, bohat mayoosi hui.',
    'Koi phone nahi uthata, bekar service.',
  ],
  ur: [
    '{item} ٹوٹا ہوا ملا، پیسے واپس کریں۔',
    'معیار بہت خراب ہے، تصویر جیسا نہیں۔',
    'آرڈر پھر دیر سے آیا، بہت مایوسی ہوئی۔',
    'کوئی فون نہیں اٹھاتا، بیکار سروس۔',
  ],
}
export const question: Phrases = {
  en: ['When will my order arrive?', 'Do you have the {item} in another colour?', 'Is cash on delivery available?'],
  'roman-ur': ['Mera order kab aye ga?', '{item} kisi aur rang mein hai?', 'Cash on delivery hai?'],
  ur: ['میرا آرڈر کب آئے گا؟', '{item} کسی اور رنگ میں ہے؟', 'کیا کیش آن ڈیلیوری ہے؟'],
}

/** What the shop writes to customers. */
export const confirmation: Phrases = {
  en: ['Thank you {name}! Your order {order} is confirmed.'],
  'roman-ur': ['Shukriya {name}! Aap ka order {order} confirm ho gaya hai.'],
  ur: ['شکریہ {name}! آپ کا آرڈر {order} کنفرم ہو گیا ہے۔'],
}
export const answer: Phrases = {
  en: ['Thank you for writing, {name}. We are looking into it.'],
  'roman-ur': ['{name}, rabta karne ka shukriya. Hum dekh rahe hain.'],
  ur: ['{name}، رابطہ کرنے کا شکریہ۔ ہم دیکھ رہے ہیں۔'],
}
export const offer: Phrases = {
  en: ['{name}, our {category} sale is on: up to 30% off this week.'],
  'roman-ur': ['{name}, {category} par sale lag gayi hai: is hafte 30% tak bachat.'],
  ur: ['{name}، {category} پر سیل: اس ہفتے 30 فیصد تک بچت۔'],
}

/** A phrase with its gaps filled. */
export const filled = (phrase: string, gaps: Readonly<Record<string, string>>): string =>
  phrase.replace(/\{(\w+)\}/g, (_, gap: string) => gaps[gap] ?? '')
