import type { ErrorCode } from '../../schemas/error-codes.ts'
import { type Language, languageOf } from '../text/language.ts'
import { isPlaceholder, type Placeholder } from './placeholder.ts'

/** Words as they stand, or a place for a value. */
export type Piece = { readonly words: string } | { readonly placeholder: Placeholder }

/** A text with places, read once and filled for many. */
export interface Template {
  readonly content: string
  readonly pieces: readonly Piece[]
  /** Of its words, without what stands in the places. */
  readonly language: Language
}

/** What a step of a flow has beside its text: what some placeholders stand for. */
export interface TemplateStep {
  readonly discount?: { readonly code?: string | undefined } | undefined
}

/** `code` is stable. */
export interface TemplateProblem {
  readonly code: ErrorCode
  readonly message: string
}

/** As in contracts/flow.schema.json. */
export const LONGEST_TEXT = 1600

const PLACE = /\{\{[^{}]*\}\}/
const TAG = /\{\{|\}\}|\{[%#]|[%#]\}/
const SINGLE = /\{\s*([a-z0-9_]+)\s*\}/g

/** Reads a text of a step, or tells everything that rule 6 has against it. Liquid, Handlebars and the like are refused: their tags would reach phones. */
export function readTemplate(
  content: string,
  step: TemplateStep = {},
): { readonly template: Template } | { readonly problems: readonly TemplateProblem[] } {
  const pieces = piecesOf(content)
  const problems = [...lengthProblems(content), ...pieces.flatMap(piece => pieceProblems(piece))]
  if (/\{{3}|\}{3}/.test(content)) problems.push(tag(/\{{3}|\}{3}/.exec(content)![0]))
  const names = new Set(pieces.flatMap(({ text, place }) => (place ? [text.slice(2, -2)] : [])))
  if (names.has('discount') && step.discount === undefined)
    problems.push({ code: 'discount_missing', message: '{{discount}} stands in the text, and the step has no discount.' })
  if (names.has('code') && step.discount?.code === undefined)
    problems.push({ code: 'code_missing', message: '{{code}} stands in the text, and the step has no discount with a code.' })
  return problems.length > 0 ? { problems } : { template: templateOf(content, pieces) }
}

/** The names of all places, each once, in the order of the text. */
export const placesOf = ({ pieces }: Template): readonly Placeholder[] => [
  ...new Set(pieces.flatMap(piece => ('placeholder' in piece ? [piece.placeholder] : []))),
]

/** A text without its places: the words that are its author's. */
export const wordsOf = ({ pieces }: Pick<Template, 'pieces'>): string =>
  pieces.map(piece => ('words' in piece ? piece.words : '')).join('')

interface RawPiece {
  readonly text: string
  readonly place: boolean
}

const piecesOf = (content: string): RawPiece[] =>
  content
    .split(new RegExp(`(${PLACE.source})`))
    .map((text, i) => ({ text, place: i % 2 === 1 }))
    .filter(({ text }) => text !== '')

function templateOf(content: string, raw: readonly RawPiece[]): Template {
  const pieces = raw.map(
    ({ text, place }): Piece => (place ? { placeholder: text.slice(2, -2) as Placeholder } : { words: text }),
  )
  return { content, pieces, language: languageOf(wordsOf({ pieces })) }
}

function lengthProblems(content: string): TemplateProblem[] {
  if (content.trim() === '') return [{ code: 'text_empty', message: 'There is nothing in the text.' }]
  if (content.length <= LONGEST_TEXT) return []
  return [{ code: 'field_too_long', message: `The text has ${content.length} characters; at most ${LONGEST_TEXT} are taken.` }]
}

function pieceProblems({ text, place }: RawPiece): TemplateProblem[] {
  if (place) return placeProblems(text, text.slice(2, -2))
  const found = TAG.exec(text)
  const singles = [...text.matchAll(SINGLE)].filter(([, name]) => isPlaceholder(name!))
  return [...(found === null ? [] : [tag(found[0])]), ...singles.map(([written, name]) => malformed(written!, name!))]
}

function placeProblems(text: string, name: string): TemplateProblem[] {
  if (isPlaceholder(name)) return []
  const meant = name
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, '_')
  if (isPlaceholder(meant)) return [malformed(text, meant)]
  if (!/^[\p{L}\p{N}_ .-]+$/u.test(name)) return [tag(text)]
  return [{ code: 'placeholder_unknown', message: `There is no placeholder ${text}.` }]
}

const malformed = (written: string, name: string): TemplateProblem => ({
  code: 'placeholder_malformed',
  message: `${written} is to be written {{${name}}}.`,
})

const tag = (written: string): TemplateProblem => ({
  code: 'template_tag',
  message: `${written} belongs to a template language; texts have placeholders alone.`,
})
