import { element } from './element.js'
import { count, money, short } from './numbers.js'

/** Where each default segment lies: recency down (5 first), frequency across. All eleven are rectangles. */
const areas = {
  Champions: 'champions',
  Loyal: 'loyal',
  'Potential Loyalist': 'potential',
  New: 'new',
  Promising: 'promising',
  'Need Attention': 'attention',
  'About To Sleep': 'sleep',
  "Can't Lose": 'lose',
  'At Risk': 'risk',
  Hibernating: 'hibernating',
  Lost: 'lost',
}

/** Segments as a map of recency by frequency, darker where more customers are. A shop's own segments, which have no place on it, become bars. */
export function segmentMap(onOpen) {
  const map = document.getElementById('map')
  const tiles = new Map()

  const tileOf = name => {
    const made = element(
      'button',
      { type: 'button', class: 'tile', onclick: () => onOpen(name) },
      element('span', { class: 'name' }, name),
      element('strong'),
      element('span', { class: 'revenue' }),
    )
    tiles.set(name, made)
    map.append(made)
    return made
  }

  return ({ segments, customers, currency }) => {
    const ranked = segments.reduce((sum, segment) => sum + segment.customers, 0)
    const most = Math.max(1, ...segments.map(segment => segment.customers))
    map.classList.toggle(
      'bars',
      segments.some(({ name }) => areas[name] === undefined),
    )
    for (const segment of segments) {
      const tile = tiles.get(segment.name) ?? tileOf(segment.name)
      const share = segment.customers / Math.max(1, ranked)
      tile.style.gridArea = areas[segment.name] ?? 'auto'
      fill(tile, Math.sqrt(segment.customers / most))
      tile.querySelector('strong').textContent = short(segment.customers)
      tile.querySelector('.revenue').textContent = segment.customers === 0 ? '' : money(segment.revenue, currency)
      const words = `${segment.name}: ${count(segment.customers)} customers, ${Math.round(share * 100)} %, revenue ${currency} ${segment.revenue}`
      tile.setAttribute('aria-label', words)
      tile.title = words
    }
    const without = customers - ranked
    document.getElementById('segments-note').textContent =
      `${count(ranked)} with a purchase${without > 0 ? `, ${count(without)} without` : ''}`
  }
}

/** From this weight on a tile is dark enough for light words; what lies between would suit neither. */
const HEAVY = 0.7

function fill(tile, weight) {
  const heavy = weight >= HEAVY
  const percent = heavy ? 80 + (20 * (weight - HEAVY)) / (1 - HEAVY) : weight === 0 ? 0 : 8 + 37 * (weight / HEAVY)
  tile.style.setProperty('--fill', `${Math.round(percent)}%`)
  tile.classList.toggle('heavy', heavy)
}
