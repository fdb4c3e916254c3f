import { duration, rate } from './numbers.js'
import { wave } from './wave.js'

const byId = id => document.getElementById(id)

/** The headline: what happens in a second, and how old it is when it is through. Takes one or more seconds, oldest first. */
export function rates() {
  const draw = wave(byId('wave'))
  return seconds => {
    draw(seconds.map(second => second.events))
    const last = seconds.at(-1)
    if (last === undefined) return
    const { events, recommendations, texts, latencyMs, lagSeconds } = last
    byId('rate-events').textContent = rate(events)
    byId('rate-recommendations').textContent = rate(recommendations)
    byId('rate-texts').textContent = rate(texts)
    age(byId('latency'), latencyMs?.p50)
    byId('latency-note').textContent =
      latencyMs === null ? 'nothing scored lately' : `99 of 100 within ${duration(latencyMs.p99).join(' ')}`
    age(byId('lag'), lagSeconds === null ? undefined : lagSeconds * 1000)
    byId('lag-note').textContent = lagSeconds === 0 ? 'no event waits' : 'oldest event waiting'
  }
}

function age(node, ms) {
  if (ms === undefined) {
    node.textContent = '–'
    return
  }
  const [number, unit] = duration(ms)
  node.replaceChildren(number, Object.assign(document.createElement('small'), { textContent: unit }))
}
