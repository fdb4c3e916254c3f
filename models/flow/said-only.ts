import type { Flow } from '../../schemas/flow.ts'

/** Something of a flow that its description does not have, where that must not be made up. */
export interface Unsaid {
  readonly pointer: string
  readonly message: string
}

/**
 * Addresses, phone numbers and codes that nobody gave: whoever writes a flow can invent an offer's words, but a page that is not there, a
 * stranger's number or a code that no till knows would go to thousands. Letters' case and how an address begins and ends do not matter.
 */
export function unsaidIn({ steps }: Flow, description: string): Unsaid[] {
  const said = description.toLowerCase()
  const digits = description.replace(/[\s()-]/g, '')
  const wrong = (pointer: string, what: string): Unsaid => ({
    pointer,
    message: `${what} is not in the description: use only addresses, numbers and codes that are, or leave it out.`,
  })
  return steps.flatMap((step, at) => {
    const found: Unsaid[] = []
    const address = (name: string, url: string | undefined) => {
      if (url !== undefined && !said.includes(bare(url))) found.push(wrong(`/steps/${at}/${name}`, url))
    }
    if (step.type === 'webhook') address('url', step.url)
    if (step.type === 'message') {
      address('link', step.link)
      address('imageUrl', step.imageUrl)
      const phone = step.contactCard?.phone
      if (phone !== undefined && !digits.includes(phone.slice(-NATIONAL)))
        found.push(wrong(`/steps/${at}/contactCard/phone`, phone))
    }
    if ('content' in step) for (const [url] of step.content?.matchAll(ADDRESS) ?? []) address('content', url)
    const code = 'discount' in step ? step.discount?.code : undefined
    if (code !== undefined && !said.includes(code.toLowerCase()))
      found.push(wrong(`/steps/${at}/discount/code`, `The code ${code}`))
    return found
  })
}

/** Digits of a number that are the same however its country is written. */
const NATIONAL = 9
const ADDRESS = /\bhttps?:\/\/[^\s"'<>)\]}]+|\bwww\.[^\s"'<>)\]}]+/gi

const bare = (url: string): string =>
  url
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/^www\./, '')
    .replace(/[/.,;:!?]+$/, '')
