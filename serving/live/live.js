import { follow } from './feed.js'
import { lookup } from './lookup.js'
import { ago, duration } from './numbers.js'
import { rates } from './rates.js'
import { recommendations } from './recommendations.js'
import { segmentMap } from './segment-map.js'
import { texts } from './texts.js'

const box = lookup()
const showRates = rates()
const showSegments = segmentMap(box.segment)
const lists = recommendations(box.customer)
const messages = texts(box.customer)
const empty = document.getElementById('empty')
const shop = { currency: 'PKR' }

const show = {
  snapshot(snapshot) {
    empty.hidden = (snapshot.segments?.customers ?? 0) > 0 || snapshot.recommendations.length > 0
    showRates(snapshot.rates)
    if (snapshot.segments !== null) show.segments(snapshot.segments)
    lists.fill(snapshot.recommendations)
    messages.fill(snapshot.texts)
    example()
  },
  rates: rates => showRates([rates]),
  segments(segments) {
    shop.currency = segments.currency
    if (segments.customers > 0) empty.hidden = true
    showSegments(segments)
  },
  recommendation(list) {
    empty.hidden = true
    lists.add(list)
  },
  text: messages.add,
}

/** A later server may say things that this page does not know. */
const onEvent = event => show[event.type]?.(event)

function onState(state, retryMs) {
  document.body.dataset.link = state
  const words = {
    live: 'Live',
    locked: 'Needs a key',
    lost: `Connection lost, trying again in ${duration(Math.max(1000, retryMs ?? 0)).join(' ')}`,
  }
  document.getElementById('link-text').textContent = words[state]
}

/** The event to try, with this server's address and the shop's currency. */
function example() {
  const key = sessionStorage.getItem('key') === null ? '' : "  -H 'authorization: Bearer KEY' \\\n"
  document.getElementById('example').textContent = `curl ${location.origin}/v1/events \\
  -H 'content-type: application/json' \\
${key}  -d '{
    "type": "purchase", "id": "try-${Date.now().toString(36)}", "customerId": "ada",
    "occurredAt": "${new Date().toISOString()}",
    "orderId": "order-1", "currency": "${shop.currency}",
    "lines": [{ "productId": "tea", "quantity": 2, "unitPrice": "250.00" }]
  }'`
}

document.getElementById('copy').addEventListener('click', async ({ currentTarget }) => {
  await navigator.clipboard.writeText(document.getElementById('example').textContent)
  currentTarget.textContent = 'Copied'
  setTimeout(() => {
    currentTarget.textContent = 'Copy'
  }, 1500)
})
setInterval(() => {
  for (const time of document.querySelectorAll('time')) time.textContent = ago(time.dateTime)
}, 5_000)

follow(onEvent, onState)
