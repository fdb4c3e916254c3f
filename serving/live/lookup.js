import { element } from './element.js'
import { key } from './key.js'
import { ago, count } from './numbers.js'
import { itemList } from './recommendations.js'

const get = async path => {
  const response = await fetch(path, { headers: key.headers() })
  const body = await response.json()
  if (!response.ok) throw new Error(body.detail ?? response.statusText)
  return body
}

/** The box that looks a customer up, and lists a segment's customers. Of two questions only the later is answered. */
export function lookup() {
  const form = document.querySelector('#lookup form')
  const found = document.getElementById('found')
  let asked = 0

  const answer = async work => {
    const mine = ++asked
    found.classList.add('waiting')
    const shown = await work().catch(error => [element('p', { class: 'soft' }, error.message)])
    if (mine !== asked) return
    found.classList.remove('waiting')
    found.replaceChildren(...shown)
  }
  const customer = id => {
    form.customer.value = id
    answer(() => customerCard(id, customer))
    if (innerWidth < 960) form.scrollIntoView({ block: 'start' })
  }
  const segment = name => answer(() => segmentCard(name, customer))

  form.addEventListener('submit', event => {
    event.preventDefault()
    customer(form.customer.value.trim())
  })
  return { customer, segment }
}

async function customerCard(id, onCustomer) {
  const path = encodeURIComponent(id)
  const [known, list, alike] = await Promise.all([
    get(`/customers/${path}`).catch(error => error),
    get(`/recommendations/${path}`),
    get(`/customers/${path}/similar`).catch(() => ({ customers: [] })),
  ])
  const items = list.items.map(item => ({ ...item, reasons: (item.reasons ?? []).map(reason => reason.strategy) }))
  const head = known instanceof Error ? [element('p', { class: 'soft' }, known.message)] : facts(known)
  const title = list.coldStart ? 'What is trending, as nothing is known' : `Recommended ${ago(list.asOf)}`
  return [
    ...head,
    element('h3', {}, title),
    items.length === 0 ? element('p', { class: 'soft' }, 'Nothing yet') : itemList(items),
    ...shares('Campaigns of customers alike', list.campaigns, ({ campaignId, score, viaCustomers }) => [
      element('bdi', {}, campaignId),
      `through ${count(viaCustomers)} of them`,
      score,
    ]),
    ...shares('Customers alike', alike.customers, ({ customerId, similarity, spaces }) => [
      customerButton(customerId, onCustomer),
      Object.keys(spaces)
        .map(space => alikeBy[space.split(':')[0]] ?? space)
        .join(', '),
      similarity,
    ]),
  ]
}

const alikeBy = { behaviour: 'by purchases', text: 'by words' }

/** A titled list of shares, each with a bar beside the longest; nothing where the list is empty. */
function shares(title, all, tell) {
  if (all.length === 0) return []
  const longest = Math.max(...all.map(one => tell(one)[2])) || 1
  const row = one => {
    const [name, note, share] = tell(one)
    return element(
      'li',
      {},
      element('span', { class: 'name' }, name),
      element('span', { class: 'soft' }, note),
      element('meter', { min: 0, max: longest, value: share, title: share.toPrecision(2) }),
    )
  }
  return [element('h3', {}, title), element('ol', { class: 'shares' }, ...all.map(row))]
}

function facts({ rfm, consent, sentiment, engagement }) {
  const consents = Object.entries(consent).map(([channel, state]) => `${channel} ${state}`)
  const lines = [feelingLine(sentiment, engagement), consents.length === 0 ? 'No consent given' : consents.join(', ')]
  const soft = lines.map(line => element('p', { class: 'soft' }, line))
  if (rfm === null) return [element('p', { class: 'segment' }, 'No purchase yet'), ...soft]
  const score = (letter, value, words) =>
    element('div', {}, element('dt', {}, letter), element('dd', {}, String(value)), element('dd', { class: 'note' }, words))
  return [
    element('p', { class: 'segment' }, rfm.segment),
    element(
      'dl',
      { class: 'scores' },
      score('Recency', rfm.r, `${count(rfm.recencyDays)} days ago`),
      score('Frequency', rfm.f, `${count(rfm.frequency)} orders`),
      score('Monetary', rfm.m, Number(rfm.monetary).toLocaleString('en')),
    ),
    ...soft,
  ]
}

/** How they write, and how much they do. */
function feelingLine(sentiment, engagement) {
  const mood = sentiment === null ? '' : `Writes ${tones[sentiment.label]}${trends[sentiment.trend]} · `
  return `${mood}Engagement ${engagement.toFixed(2)}`
}

const tones = { positive: 'warmly', neutral: 'plainly', negative: 'unhappily' }
const trends = { rising: ', happier lately', falling: ', less happy lately', steady: '' }

const customerButton = (customerId, onCustomer) =>
  element('button', { type: 'button', class: 'customer', onclick: () => onCustomer(customerId) }, customerId)

async function segmentCard(name, onCustomer) {
  const { customers, nextCursor } = await get(`/segments/${encodeURIComponent(name)}/customers?limit=24`)
  const buttons = customers.map(({ customerId }) => element('li', {}, customerButton(customerId, onCustomer)))
  return [
    element('p', { class: 'segment' }, name),
    buttons.length === 0
      ? element('p', { class: 'soft' }, 'Nobody is in it now')
      : element('ul', { class: 'customers' }, ...buttons),
    nextCursor === null ? undefined : element('p', { class: 'soft' }, 'and more'),
  ].filter(node => node !== undefined)
}
