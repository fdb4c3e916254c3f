import type { Flow, FlowDiscount, FlowLanguage, FlowStep } from '../../schemas/flow.ts'
import { longest } from '../templates/placeholder.ts'
import { type StepFacts, stepValues } from '../templates/step-values.ts'
import { placesOf, readTemplate, type Template, wordsOf } from '../templates/template.ts'
import { worstParts } from '../templates/worst-parts.ts'
import { type Language, tellingsOf } from '../text/language.ts'
import { textOf } from './edge-forms.ts'
import { type Finding, withStep } from './finding.ts'
import type { FlowCode } from './flow-codes.ts'
import type { FlowShop } from './flow-shop.ts'
import { wellWritten } from './well-written.ts'

/** More parts than this are told of. */
const MANY_PARTS = 4
/** What steps call the languages of texts. */
export const LANGUAGES: Readonly<Record<FlowLanguage, Language>> = { en: 'english', ur: 'urdu', 'roman-ur': 'roman-urdu' }

/** Rule 6, and whether every place of a text can be filled: a text with a hole is refused when it is to go, for everybody. */
export const textRules = (flow: Flow, shop: FlowShop): Finding[] =>
  flow.steps.flatMap((step, index) => {
    const content = textOf(step)
    if (content === undefined) return []
    const at = { pointer: `/steps/${index}/content`, step: step.id }
    const read = readTemplate(content, { discount: discountOf(step) })
    if ('template' in read) return templateRules(step, read.template, shop, at)
    const better = wellWritten(content)
    const fix = () => ({
      flow: withStep(flow, index, { ...step, content: better } as FlowStep),
      correction: `Wrote the placeholders of step "${step.id}" as they must be: ${better}`,
    })
    return read.problems.map(({ code, message }): Finding => {
      const fixable = code === 'placeholder_malformed' && better !== content
      return {
        ...at,
        code: CODES[code] ?? 'field_invalid',
        message: `The text of step "${step.id}": ${message}`,
        ...(fixable ? { fix } : {}),
      }
    })
  })

/** By which the template's own codes go here. */
const CODES: Readonly<Record<string, FlowCode>> = {
  text_empty: 'text_empty',
  field_too_long: 'text_too_long',
  placeholder_unknown: 'placeholder_unknown',
  placeholder_malformed: 'placeholder_malformed',
  template_tag: 'template_tag',
  discount_missing: 'discount_missing',
  code_missing: 'code_missing',
}

export const discountOf = (step: FlowStep): FlowDiscount | undefined => ('discount' in step ? step.discount : undefined)

type At = Pick<Finding, 'pointer' | 'step'>

function templateRules(step: FlowStep, template: Template, shop: FlowShop, at: At): Finding[] {
  const language = 'language' in step && step.language !== undefined ? LANGUAGES[step.language] : template.language
  // 31 December is as long as days are written; the day of now is told nowhere.
  const facts: StepFacts = {
    discount: discountOf(step),
    shop: shop.name,
    currency: shop.currency,
    now: Date.UTC(2026, 11, 30),
    zone: 'UTC',
  }
  const values = stepValues(facts, language)
  const { parts } = worstParts(template, values)
  return [
    ...holes(step, template, shop, at),
    ...longValues(template, values, at),
    ...letterRules(step, template, at),
    ...(parts > MANY_PARTS ? [manyParts(step, parts, at)] : []),
  ]
}

/** Places for which there is nothing. */
function holes(step: FlowStep, template: Template, { name }: FlowShop, at: At): Finding[] {
  const places = placesOf(template)
  const hole = (code: FlowCode, message: string): Finding => ({
    ...at,
    code,
    message: `The text of step "${step.id}" has ${message}`,
  })
  const found: Finding[] = []
  if (places.includes('link') && step.type === 'message' && step.link === undefined)
    found.push(hole('link_missing', '{{link}}, and the step has no "link": give it one, or take {{link}} out.'))
  if (places.includes('expires') && discountOf(step)?.expiresAfter === undefined)
    found.push(hole('expiry_missing', '{{expires}}, and no discount that says "expiresAfter".'))
  if (places.includes('shop') && name === undefined)
    found.push(hole('shop_name_missing', '{{shop}}, and the shop has not said its name (TARANG_SHOP_NAME).'))
  const most = productsOf(step)
  const beyond = places.find(place => (place === 'product_2' && most < 2) || (place === 'product_3' && most < 3))
  if (beyond !== undefined)
    found.push(hole('product_missing', `{{${beyond}}}, and the step offers ${most} product${most === 1 ? '' : 's'}.`))
  return found
}

/** How many products a text can name: as many as recommendations give, or as the step chooses from. */
function productsOf(step: FlowStep): number {
  if (step.type !== 'product_choice') return Number.POSITIVE_INFINITY
  const chosen = step.choices === 'recommended' ? Number.POSITIVE_INFINITY : step.choices.length
  return Math.min(chosen, step.count ?? Number.POSITIVE_INFINITY)
}

function longValues(template: Template, values: Readonly<Record<string, string | undefined>>, at: At): Finding[] {
  return placesOf(template).flatMap((place): Finding[] => {
    const value = values[place]
    if (place === 'link' || value === undefined || value.length <= longest[place]) return []
    const message = `{{${place}}} of step "${at.step}" would be "${value.slice(0, 60)}", and takes at most ${longest[place]} characters.`
    return [{ ...at, code: 'value_too_long', message }]
  })
}

/** Urdu in Latin letters, and the other way round; which language Latin letters are in is not told surely enough. */
function letterRules(step: FlowStep, template: Template, at: At): Finding[] {
  if (!('language' in step) || step.language === undefined) return []
  const words = wordsOf(template)
  const { arabic, latin } = tellingsOf(words)
  const urdu = step.language === 'ur'
  if (arabic + latin === 0 || (urdu ? arabic > 0.5 : arabic <= 0.5)) return []
  const message = `The text of step "${step.id}" is in ${urdu ? 'Latin' : 'Urdu'} letters, and its language is ${step.language}.`
  return [{ ...at, code: 'text_other_language', message }]
}

function manyParts(step: FlowStep, parts: number, at: At): Finding {
  return {
    ...at,
    code: 'text_many_parts',
    message: `The text of step "${step.id}" may take ${parts} parts of an SMS: make it shorter.`,
  }
}
