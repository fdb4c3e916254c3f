import { createHash } from 'node:crypto'
import { builtIn } from '../../models/templates/built-in.ts'
import { checkWritten } from '../../models/templates/check-written.ts'
import { stepValues } from '../../models/templates/step-values.ts'
import { placesOf, type Template } from '../../models/templates/template.ts'
import type { TextAsk } from '../../models/templates/text-ask.ts'
import { worstParts } from '../../models/templates/worst-parts.ts'
import { taggedLanguage, tagOf } from '../../models/text/language-tag.ts'
import type { TextsAsked, TextWriter, WrittenText } from '../../serving/ports/text-writer.ts'
import type { Clock } from '../../streams/clock.ts'
import type { Meter } from '../../streams/meter.ts'
import type { Asked } from './ask-llm.ts'
import type { LlmAnswers } from './llm-answers.ts'
import type { LlmRequest } from './llm-client.ts'
import { PROMPT_VERSION, textRequest } from './text-prompt.ts'

/** Whoever writes. */
export interface Pen {
  readonly model: string
  readonly ask: (purpose: string, digest: string, request: LlmRequest) => Promise<Asked>
  readonly answers: LlmAnswers
}

export interface TextWriterOptions {
  /** Undefined: every text is built in. */
  readonly pen: Pen | undefined
  readonly shop: string | undefined
  /** What texts show in place of their links, where links are made short. */
  readonly shortLink: string | undefined
  /** ISO 4217 */
  readonly currency: string
  /** IANA name of the zone by which days are told. */
  readonly zone: string
  readonly clock: Clock
  readonly meter: Meter
}

type Outcome =
  | { readonly template: Template }
  | { readonly why: NonNullable<WrittenText['why']>; readonly reasons: readonly string[] }

/** What was thrown at us twice is enough. */
const TRIES = 2

/**
 * Texts that a language model wrote, where every one that is answered has passed `checkWritten`; one that does not is asked for once more
 * with the reasons, and then the built-in one is taken. A text is paid for once: answers that passed are kept by the digest of what was
 * asked, and who asks the same at the same time waits for the same answer.
 */
export function textWriter(options: TextWriterOptions): TextWriter {
  const { pen, meter } = options
  const underWay = new Map<string, Promise<Outcome>>()
  const written = (ask: TextAsk, askedOf: Pen): Promise<Outcome> => {
    const digest = digestOf(ask, askedOf.model)
    const known = underWay.get(digest)
    if (known !== undefined) return known
    const outcome = write(askedOf, ask, digest).finally(() => underWay.delete(digest))
    underWay.set(digest, outcome)
    return outcome
  }
  return {
    write: asked =>
      Promise.all(
        asks(asked, options).map(async ask => {
          const outcome = pen === undefined ? ({ why: 'not_configured', reasons: [] } as const) : await written(ask, pen)
          const text = present(ask, outcome)
          meter.count('texts_written_total', { source: text.source })
          return text
        }),
      ),
  }
}

function asks(
  { purpose, languages, about, placeholders, maxParts, discount, link }: TextsAsked,
  options: TextWriterOptions,
): TextAsk[] {
  const { shop, shortLink, currency, zone, clock } = options
  return languages.map(tag => {
    const language = taggedLanguage(tag)
    const { expires, ...known } = stepValues({ discount, link, shop, currency, zone, now: clock.now() }, language)
    // The day on which an offer ends is told when it begins, and not known yet.
    return {
      purpose,
      language,
      about,
      placeholders: [...placeholders].sort(),
      maxParts,
      known: { ...known, link: link && (shortLink ?? link) },
    }
  })
}

async function write({ model, ask: askLlm, answers }: Pen, ask: TextAsk, digest: string): Promise<Outcome> {
  const kept = await answers.get(digest)
  const keptCheck = kept === undefined ? undefined : checkWritten(kept, ask)
  if (keptCheck !== undefined && 'template' in keptCheck) return keptCheck
  let before: Parameters<typeof textRequest>[1]
  for (let tries = 1; tries <= TRIES; tries++) {
    const asked = await askLlm('text', digest, textRequest(ask, before))
    if ('failed' in asked) return { why: asked.failed, reasons: [asked.detail, ...reasonsOf(before)] }
    const content = textIn(asked.content)
    const checked =
      content === undefined
        ? { unfit: [{ check: 'template', message: 'Answer one JSON object: {"text": "…"}.' } as const] }
        : checkWritten(content, ask)
    if ('template' in checked) {
      await answers.keep(digest, model, checked.template.content)
      return checked
    }
    before = { content: asked.content, unfit: checked.unfit }
  }
  return { why: 'unfit', reasons: reasonsOf(before) }
}

const reasonsOf = (before: Parameters<typeof textRequest>[1]): string[] => before?.unfit.map(({ message }) => message) ?? []

/** The text of an answer, one line without what models put around it; undefined where the answer is something else. */
function textIn(content: string): string | undefined {
  try {
    const answer: unknown = JSON.parse(content)
    const text = typeof answer === 'object' && answer !== null && 'text' in answer ? answer.text : undefined
    return typeof text === 'string' && text.trim() !== '' ? text.trim() : undefined
  } catch {
    return undefined
  }
}

function present(ask: TextAsk, outcome: Outcome): WrittenText {
  const template = 'template' in outcome ? outcome.template : builtIn(ask.purpose, ask.language, ask.placeholders)
  const { encoding, parts } = worstParts(template, ask.known)
  const text = { language: tagOf(ask.language), text: template.content, placeholders: placesOf(template), encoding, parts }
  if ('template' in outcome) return { ...text, source: 'written' }
  const { why, reasons } = outcome
  return { ...text, source: 'built-in', why, ...(reasons.length === 0 ? {} : { reasons }) }
}

const digestOf = (ask: TextAsk, model: string): string =>
  createHash('sha256')
    .update(JSON.stringify([PROMPT_VERSION, model, ask]))
    .digest('hex')
