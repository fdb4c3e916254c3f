/** A line longer than the largest body we take over HTTP is no event. */
const MAX_LINE = 5 * 1024 * 1024

/** A line without its end; `number` counts from 1. `cut` when it was too long and only its beginning is here. */
export interface Line {
  readonly number: number
  readonly text: string
  readonly cut: boolean
}

/** Lines of UTF-8 text, ended by \n or \r\n, without a byte order mark. Memory is bounded whatever the file holds. */
export async function* lines(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Line> {
  const decoder = new TextDecoder()
  let number = 0
  let rest = ''
  let cut = false
  const line = (text: string): Line => {
    number += 1
    const whole = { number, text: text.endsWith('\r') ? text.slice(0, -1) : text, cut }
    cut = false
    return whole
  }
  for await (const chunk of bytes) {
    const pieces = `${rest}${decoder.decode(chunk, { stream: true })}`.split('\n')
    rest = pieces.pop() ?? ''
    for (const piece of pieces) yield line(piece)
    if (rest.length > MAX_LINE) {
      rest = rest.slice(0, MAX_LINE)
      cut = true
    }
  }
  rest += decoder.decode()
  if (rest !== '') yield line(rest)
}
