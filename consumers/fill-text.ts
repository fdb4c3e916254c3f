import type { FlowDiscount, FlowLanguage, FlowStepOf } from '../schemas/flow.ts'

/** What a text of a flow needs to be filled in: its step, and when that was taken (epoch ms). Sealed beside the text, for only whoever sends it needs it. */
export interface TextStep
  extends Partial<
    Pick<FlowStepOf<'product_choice'>, 'choices' | 'count'> & Pick<FlowStepOf<'message'>, 'contactCard' | 'imageUrl'>
  > {
  readonly at: number
  readonly language?: FlowLanguage | undefined
  readonly discount?: FlowDiscount | undefined
  /** The product that the run is about: it comes before those that are recommended. */
  readonly product?: string | undefined
}

/**
 * Fills in what a text leaves open, right before it goes: names, products and prices as they are now, so that none of them stays in the log
 * (engine rule 9). `{{link}}` stays: each text has its own. Refused where nothing is known for a place.
 */
export type FillText = (
  customerId: string,
  content: string,
  step: TextStep,
) => Promise<{ readonly text: string } | { readonly refused: string }>
