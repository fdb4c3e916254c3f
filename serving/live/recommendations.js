import { element } from './element.js'
import { feedList } from './feed-list.js'
import { ago } from './numbers.js'

/** The names of strategies as people say them; others are shown as they are. */
const words = {
  collaborative: 'bought together',
  'co-occurrence': 'bought together',
  cooccurrence: 'bought together',
  repurchase: 'due again',
  trending: 'trending',
}
const reasonTag = name => element('span', { class: `tag ${name}` }, words[name] ?? name)

/** Items of a list with why they are there. */
export const itemList = items =>
  element(
    'ol',
    { class: 'items' },
    ...items.map(({ productId, name, reasons }) =>
      element(
        'li',
        {},
        element('span', { class: 'item', title: productId }, element('bdi', {}, name || productId)),
        ...reasons.slice(0, 2).map(reasonTag),
      ),
    ),
  )

export function recommendations(onCustomer) {
  return feedList(document.getElementById('recommendations'), 4, ({ customerId, asOf, items }) =>
    element(
      'li',
      { class: 'list' },
      element(
        'p',
        { class: 'who' },
        element('button', { type: 'button', class: 'customer', onclick: () => onCustomer(customerId) }, customerId),
        element('time', { datetime: asOf }, ago(asOf)),
      ),
      items.length === 0 ? element('p', { class: 'soft' }, 'Nothing to recommend yet') : itemList(items),
    ),
  )
}
