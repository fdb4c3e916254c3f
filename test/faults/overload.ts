import { Pool } from 'undici'
import type { Inbound } from '../../schemas/events.ts'
import { defaultLoad } from '../../serving/load-gate.ts'
import { systemClock as clock } from '../../streams/clock.ts'
import { manyEvents } from '../bench/many-events.ts'
import type { Fault } from './fault.ts'

const PER_POST = 120
/** Makes an event weigh ten times what it does, so that what may be under way is full before folding it takes minutes. */
const WEIGHT = { note: 'x'.repeat(3000) }
/** Posts on their way at once: ten times what the instance lets in by their bytes. */
const times = (bytes: number): number => Math.ceil((10 * defaultLoad.bytes) / bytes)
/** Different posts; the rest are the same again, as of clients that try again, and count once. */
const DIFFERENT = 8

interface Tally {
  taken: number
  refused: number
  impolite: string[]
  lookups: number
}

export const overload: Fault = {
  name: 'overload',
  title: 'clients send ten times what can be under way at once; what is refused is refused politely, and the rest counts',
  async strike(scene) {
    const { first, lasting, sleep } = scene
    const posts = postsOf()
    const pool = new Pool(first.url!, { connections: times(posts[0]!.body.length), pipelining: 1 })
    const tally: Tally = { taken: 0, refused: 0, impolite: [], lookups: 0 }
    const begun = clock.monotonic()
    // On a machine with other work the clients need longer until more is under way than may be.
    const goesOn = () => clock.monotonic() - begun < (tally.refused === 0 ? 90_000 : lasting(60_000, 4000))
    const clients = Array.from({ length: times(posts[0]!.body.length) }, async (_, i) => {
      for (let n = i; goesOn(); n++) await post(pool, posts[n % DIFFERENT]!, tally)
    })
    await sleep(500)
    while (goesOn()) {
      await look(first.url!, tally)
      await sleep(200)
    }
    await Promise.all(clients)
    await pool.close()
    for (const one of posts) await insist(first.url!, one)
    scene.posted(posts.flatMap(({ events }) => events))
    judge(tally)
    scene.note(sentence(tally))
  },
}

interface Post {
  readonly events: readonly Inbound[]
  readonly body: Buffer
}

function postsOf(): Post[] {
  const source = manyEvents(2000)
  return Array.from({ length: DIFFERENT }, () => {
    const events = Array.from({ length: PER_POST }, () => ({ ...source.next().value, properties: WEIGHT }))
    return { events, body: Buffer.from(JSON.stringify({ batch: events })) }
  })
}

/** A machine that is full may also have a Kafka that is late; that nothing is known to be stored is a polite no as well. */
const POLITE: readonly string[] = ['overloaded', 'log_unavailable']

const JSON_BODY = { 'content-type': 'application/json' }

async function post(pool: Pool, { body }: Post, tally: Tally): Promise<void> {
  try {
    const answer = await pool.request({ method: 'POST', path: '/v1/events', headers: JSON_BODY, body })
    const text = await answer.body.text()
    if (answer.statusCode === 202) tally.taken++
    else if (answer.statusCode === 503 && POLITE.includes(JSON.parse(text).code) && Number(answer.headers['retry-after']) > 0) {
      if (JSON.parse(text).code === 'overloaded') tally.refused++
      await clock.sleep(100) // no client is as patient as it was asked to be, else this were no overload
    } else tally.impolite.push(`${answer.statusCode} ${text.slice(0, 200)}`)
  } catch (error) {
    tally.impolite.push(String(error))
  }
}

async function look(url: string, tally: Tally): Promise<void> {
  const answer = await fetch(`${url}/segments`)
  if (answer.status === 200) tally.lookups++
  else tally.impolite.push(`/segments answered ${answer.status}`)
}

/** As a client that was refused comes back once it is over. */
async function insist(url: string, { body }: Post): Promise<void> {
  for (;;) {
    const { status } = await fetch(`${url}/v1/events`, { method: 'POST', headers: JSON_BODY, body: new Uint8Array(body) })
    if (status === 202) return
    await clock.sleep(500)
  }
}

function judge({ taken, refused, impolite }: Tally): void {
  if (impolite.length > 0) throw new Error(`${impolite.length} answers were neither yes nor a polite no, such as ${impolite[0]}`)
  if (refused === 0 || taken === 0) throw new Error(`that was no overload: ${taken} posts taken, ${refused} refused`)
}

const sentence = ({ taken, refused, lookups }: Tally): string =>
  `${taken} posts of ${PER_POST} events taken, ${refused} refused with \`overloaded\` and Retry-After, ${lookups} other requests answered meanwhile`
