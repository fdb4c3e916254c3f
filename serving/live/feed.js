import { key } from './key.js'

/** The server says something every second, and a heartbeat every fifteen; longer silence is a dead connection. */
const SILENCE_MS = 20_000
const FIRST_RETRY_MS = 500
const LONGEST_RETRY_MS = 8_000

/**
 * Reads GET /live for ever, over one connection after the other. By fetch, as EventSource cannot carry a key.
 * `onState` is told 'live', 'lost' (with the ms until the next attempt), or 'locked' when a key is needed; it waits for one then.
 */
export async function follow(onEvent, onState) {
  for (let retry = FIRST_RETRY_MS; ; retry = Math.min(retry * 2, LONGEST_RETRY_MS)) {
    try {
      await readOnce(onEvent, () => {
        retry = FIRST_RETRY_MS
        onState('live')
      })
    } catch (error) {
      if (error.status === 401 || error.status === 403) {
        onState('locked')
        await key.changed()
        continue
      }
    }
    onState('lost', retry)
    await new Promise(resolve => setTimeout(resolve, retry))
  }
}

async function readOnce(onEvent, onOpen) {
  const silence = new AbortController()
  let timer = setTimeout(() => silence.abort(), SILENCE_MS)
  try {
    const response = await fetch('/live', { headers: key.headers(), signal: silence.signal, cache: 'no-store' })
    if (!response.ok) throw Object.assign(new Error(response.statusText), { status: response.status })
    onOpen()
    let rest = ''
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      clearTimeout(timer)
      timer = setTimeout(() => silence.abort(), SILENCE_MS)
      const messages = (rest + chunk.value).split('\n\n')
      rest = messages.pop()
      for (const message of messages) if (message.startsWith('data: ')) onEvent(JSON.parse(message.slice(6)))
    }
  } finally {
    clearTimeout(timer)
  }
}
