import type { Language } from './report.ts'

/** Words of `nameClusters` (models/analytics/clusters/name-clusters.ts), as they stand before «customers». */
const traits: Readonly<Record<string, string>> = {
  recent: 'حال ہی میں آنے والے',
  'long absent': 'دیر سے غائب',
  infrequent: 'کم آنے والے',
  frequent: 'بار بار آنے والے',
  'low-spending': 'کم خرچ کرنے والے',
  'high-spending': 'زیادہ خرچ کرنے والے',
  'small-basket': 'چھوٹی ٹوکری والے',
  'large-basket': 'بڑی ٹوکری والے',
  'newly won': 'نئے بنے',
  'long-standing': 'پرانے',
  average: 'اوسط',
}
const degrees: Readonly<Record<string, string>> = { very: 'بہت', slightly: 'قدرے' }

/** A cluster's name in a language: «Very frequent, recent customers (2)» is put together again of its traits. */
export function clusterName(english: string, language: Language): string {
  const parts = /^(.*) customers( \(\d+\))?$/.exec(english)
  if (language === 'en' || parts === null) return english
  const said = parts[1]!.split(', ').map(trait => {
    const words = trait.charAt(0).toLowerCase() + trait.slice(1)
    const [degree, ...rest] = words.split(' ')
    const known = degrees[degree!]
    return known === undefined ? (traits[words] ?? words) : `${known} ${traits[rest.join(' ')] ?? rest.join(' ')}`
  })
  return `${said.join('، ')} صارفین${parts[2] ?? ''}`
}
