import { element } from './element.js'
import { feedList } from './feed-list.js'
import { ago } from './numbers.js'

const steps = ['queued', 'claimed', 'submitting', 'submitted', 'delivered']
/** How far a text got that did not get through. */
const failures = {
  suppressed: 'claimed',
  rejected: 'submitting',
  unknown: 'submitting',
  undelivered: 'submitted',
  expired: 'submitted',
}

/** Texts with how far they are. A line is found again by its request as its status moves on. */
export function texts(onCustomer) {
  const latest = new Map()
  const section = document.getElementById('texts')
  const list = feedList(section, 7, text => lineOf(latest.get(text.requestId) ?? text, onCustomer))

  const remember = text => {
    latest.set(text.requestId, text)
    if (latest.size > 500) latest.delete(latest.keys().next().value)
  }
  return {
    fill(items) {
      for (const item of items) remember(item)
      list.fill(items)
    },
    add(text) {
      const isNew = !latest.has(text.requestId)
      remember(text)
      const line = section.querySelector(`[data-request="${CSS.escape(text.requestId)}"]`)
      if (line !== null) move(line, text)
      else if (isNew) list.add(text)
    },
  }
}

const lineOf = (text, onCustomer) => {
  const { requestId, customerId, to, at } = text
  const line = element(
    'li',
    { class: 'text', 'data-request': requestId },
    element('p', { class: 'bubble', dir: 'auto' }, text.text),
    element(
      'p',
      { class: 'who' },
      element('bdi', { class: 'to' }, to),
      customerId === undefined
        ? undefined
        : element('button', { type: 'button', class: 'customer', onclick: () => onCustomer(customerId) }, customerId),
      element('time', { datetime: at }, ago(at)),
      element(
        'span',
        { class: 'status' },
        element('span', { class: 'steps', 'aria-hidden': 'true' }, ...steps.map(() => element('i'))),
        element('b'),
      ),
    ),
  )
  move(line, text)
  return line
}

function move(line, { status }) {
  const reached = steps.indexOf(failures[status] ?? status)
  line.classList.toggle('failed', failures[status] !== undefined)
  line.querySelector('.status b').textContent = status
  for (const [i, dot] of line.querySelectorAll('.steps i').entries()) dot.classList.toggle('done', i <= reached)
}
