import { Random } from '../../models/random.ts'

export interface ShopProduct {
  readonly productId: string
  readonly name: string
  readonly description: string
  readonly category: string
  readonly brand: string
  /** In whole rupees. */
  readonly price: number
  /** Products bought together with it, by their place in the catalogue. */
  readonly companions: readonly number[]
}

export interface Catalogue {
  readonly products: readonly ShopProduct[]
  readonly categories: readonly string[]
  /** Places of a category's products, the most popular first. */
  readonly inCategory: ReadonlyMap<string, readonly number[]>
}

type Kind = readonly [name: string, rupees: number]

/** Five categories of ten kinds each; kinds on one line are bought together. */
const kinds: Readonly<Record<string, readonly (readonly Kind[])[]>> = {
  electronics: [
    [
      ['Smartphone', 45_000],
      ['Phone Case', 900],
      ['Fast Charger', 2200],
      ['Earbuds', 5500],
    ],
    [
      ['Laptop', 120_000],
      ['Wireless Mouse', 1800],
      ['Laptop Bag', 3500],
    ],
    [
      ['LED TV', 85_000],
      ['HDMI Cable', 700],
      ['TV Wall Mount', 2500],
    ],
  ],
  fashion: [
    [
      ['Lawn Suit', 4500],
      ['Dupatta', 1500],
      ['Khussa', 2800],
    ],
    [
      ['Shalwar Kameez', 5200],
      ['Waistcoat', 4800],
      ['Peshawari Chappal', 4200],
    ],
    [
      ['Kurti', 2400],
      ['Denim Jeans', 3200],
      ['Handbag', 3900],
      ['Wrist Watch', 6500],
    ],
  ],
  home: [
    [
      ['Bedsheet Set', 3800],
      ['Pillow Pair', 1900],
      ['Razai Quilt', 6500],
    ],
    [
      ['Pressure Cooker', 7200],
      ['Karahi Pan', 3100],
      ['Chai Kettle', 1600],
      ['Dinner Set', 9800],
    ],
    [
      ['Prayer Mat', 1200],
      ['Table Lamp', 2600],
      ['Floor Cushion', 1700],
    ],
  ],
  beauty: [
    [
      ['Face Wash', 850],
      ['Moisturiser', 1250],
      ['Sunblock', 1600],
    ],
    [
      ['Shampoo', 950],
      ['Conditioner', 990],
      ['Amla Hair Oil', 650],
    ],
    [
      ['Kajal', 450],
      ['Lipstick', 1150],
      ['Nail Polish', 550],
      ['Mehndi Cone', 250],
    ],
  ],
  grocery: [
    [
      ['Black Tea', 1100],
      ['Rusk Biscuits', 320],
      ['Milk Pack', 290],
      ['Desi Shakkar', 180],
    ],
    [
      ['Basmati Rice', 2400],
      ['Daal Chana', 380],
      ['Cooking Oil', 2900],
      ['Garam Masala', 450],
    ],
    [
      ['Ajwa Dates', 950],
      ['Almonds', 2800],
    ],
  ],
}
/** How many kinds there are. */
const KINDS = Object.values(kinds).flat(2).length
const brands = [
  'Noor',
  'Sitara',
  'Mehran',
  'Ravi',
  'Indus',
  'Chenab',
  'Khyber',
  'Margalla',
  'Zarafshan',
  'Shalimar',
  'Bolan',
  'Kaghan',
]

/** Each kind once, then each kind again under another brand, and so on: a catalogue of any size has every category and every company. */
export function shopCatalogue(seed: number, size: number): Catalogue {
  const sets = Object.entries(kinds).flatMap(([category, lists]) => lists.map(set => ({ category, set })))
  const flat = sets.flatMap(({ category, set }, of) => set.map(kind => ({ category, kind, of })))
  const products = Array.from({ length: size }, (_, place): ShopProduct => {
    const { category, kind, of } = flat[place % KINDS]!
    const round = place - (place % KINDS)
    const companions = flat.flatMap((other, at) =>
      other.of === of && round + at !== place && round + at < size ? [round + at] : [],
    )
    return { ...named(seed, place, category, kind, Math.floor(place / KINDS)), companions }
  })
  const inCategory = new Map(
    Object.keys(kinds).map(category => [
      category,
      products.flatMap((product, at) => (product.category === category ? [at] : [])),
    ]),
  )
  return { products, categories: [...inCategory.keys()].filter(category => inCategory.get(category)!.length > 0), inCategory }
}

function named(
  seed: number,
  place: number,
  category: string,
  [kind, rupees]: Kind,
  variant: number,
): Omit<ShopProduct, 'companions'> {
  const brand = brands[(variant + (place % KINDS)) % brands.length]!
  const series = Math.floor(variant / brands.length)
  const name = series === 0 ? `${brand} ${kind}` : `${brand} ${kind} ${series + 1}`
  const price = Math.max(10, Math.round((rupees * (0.75 + new Random(seed, 'price', place).float() * 0.7)) / 10) * 10)
  const productId = `${category.slice(0, 2)}-${String(place + 1).padStart(4, '0')}`
  return { productId, name, category, brand, price, description: `${kind} by ${brand}, from our ${category} range.` }
}
