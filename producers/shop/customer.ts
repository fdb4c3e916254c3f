import { Random } from '../../models/random.ts'
import type { Profile } from '../../schemas/events.ts'
import type { Catalogue } from './catalogue.ts'

export type BuyerKind = 'frequent' | 'seasonal' | 'one-time'
export type Language = 'en' | 'ur' | 'roman-ur'

export interface ShopCustomer {
  readonly customerId: string
  readonly kind: BuyerKind
  readonly language: Language
  readonly consents: boolean
  readonly traits: Profile['traits']
  /** What they like best and second best. */
  readonly favourites: readonly [string, string]
  /** What they buy again and again, by place in the catalogue. */
  readonly staples: readonly number[]
}

/** Ten customers in a row are always two frequent, three seasonal and five one-time buyers, so that shares are exact at any size. */
const kinds: readonly BuyerKind[] = [
  'one-time',
  'frequent',
  'seasonal',
  'one-time',
  'seasonal',
  'one-time',
  'frequent',
  'one-time',
  'seasonal',
  'one-time',
]
export const kindOf = (index: number): BuyerKind => kinds[index % kinds.length]!

const men = [
  'Ahmed احمد',
  'Ali علی',
  'Bilal بلال',
  'Danish دانش',
  'Faisal فیصل',
  'Hamza حمزہ',
  'Hassan حسن',
  'Imran عمران',
  'Junaid جنید',
  'Kamran کامران',
  'Omar عمر',
  'Saad سعد',
  'Tariq طارق',
  'Usman عثمان',
  'Yasir یاسر',
  'Zain زین',
]
const women = [
  'Aisha عائشہ',
  'Amina آمنہ',
  'Ayesha عائشہ',
  'Bushra بشریٰ',
  'Fatima فاطمہ',
  'Hina حنا',
  'Iqra اقرا',
  'Khadija خدیجہ',
  'Mahnoor ماہ نور',
  'Maryam مریم',
  'Nadia نادیہ',
  'Rabia رابعہ',
  'Sana ثنا',
  'Sadia سعدیہ',
  'Zainab زینب',
  'Zara زارا',
]
const families = [
  'Abbasi عباسی',
  'Ahmed احمد',
  'Akhtar اختر',
  'Ansari انصاری',
  'Baig بیگ',
  'Butt بٹ',
  'Chaudhry چوہدری',
  'Gilani گیلانی',
  'Hashmi ہاشمی',
  'Hussain حسین',
  'Iqbal اقبال',
  'Javed جاوید',
  'Khan خان',
  'Malik ملک',
  'Mirza مرزا',
  'Qureshi قریشی',
  'Raza رضا',
  'Shah شاہ',
  'Sheikh شیخ',
  'Siddiqui صدیقی',
]
/** By population; a few live abroad, where quiet hours fall at another time. */
const cities = [
  ...Array(16).fill('Karachi'),
  ...Array(12).fill('Lahore'),
  ...Array(5).fill('Faisalabad'),
  ...Array(5).fill('Rawalpindi'),
  'Islamabad',
  'Islamabad',
  'Multan',
  'Multan',
  'Peshawar',
  'Peshawar',
  'Quetta',
  'Sialkot',
  'Hyderabad',
  'Gujranwala',
  'Dubai',
  'London',
] as readonly string[]
const abroad: Readonly<Record<string, string>> = { Dubai: 'Asia/Dubai', London: 'Europe/London' }

export const customerIdOf = (index: number): string => `cust-${String(index + 1).padStart(6, '0')}`

/** Customer number `index`, always the same one for a seed; nothing is kept between two calls. */
export function shopCustomer(seed: number, index: number, catalogue: Catalogue): ShopCustomer {
  const random = new Random(seed, 'customer', index)
  const language = random.pick<Language>(['en', 'en', 'roman-ur', 'roman-ur', 'ur'])
  const favourites = twoOf(catalogue.categories, random)
  return {
    customerId: customerIdOf(index),
    kind: kindOf(index),
    language,
    consents: random.chance(0.85),
    traits: traitsOf(index, language, favourites, random),
    favourites,
    staples: [0, 1, 2].map(() => random.pick(catalogue.inCategory.get(random.pick(favourites))!)),
  }
}

function twoOf(categories: readonly string[], random: Random): [string, string] {
  const first = random.pick(categories)
  const others = categories.filter(category => category !== first)
  return [first, others.length === 0 ? first : random.pick(others)]
}

function traitsOf(index: number, language: Language, interests: readonly string[], random: Random): Profile['traits'] {
  const female = random.chance(0.5)
  const [given, family] = [random.pick(female ? women : men), random.pick(families)]
  const script = language === 'ur' ? 1 : 0
  const city = random.pick(cities)
  const age = random.int(18, 65)
  return {
    firstName: written(given, script),
    lastName: written(family, script),
    phone: phoneOf(index),
    email: `${written(given, 0)}.${written(family, 0)}.${index + 1}@example.com`.toLowerCase(),
    age,
    gender: female ? 'female' : 'male',
    interests: [...interests],
    city,
    timeZone: abroad[city] ?? 'Asia/Karachi',
    language,
    socialMediaActivity: random.pick(['low', 'medium', 'high']),
  }
}

/** `Ali علی` in Latin (0) or Urdu (1) letters. */
const written = (name: string, script: 0 | 1): string =>
  script === 0 ? name.slice(0, name.indexOf(' ')) : name.slice(name.indexOf(' ') + 1)

/**
 * Valid numbers that reach nobody: 0364 was given to a network that closed. No two of the first ten million customers share one,
 * as 7,368,787 has no factor in common with 10^7.
 */
const phoneOf = (index: number): string => `+92364${String((index * 7_368_787 + 1_234_567) % 10_000_000).padStart(7, '0')}`
