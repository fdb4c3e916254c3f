/** How bad each thing is that the checker finds, and what it is about. Codes are stable; docs/flows.md has the same table. */
export const flowCodes = {
  // The value.
  flow_too_large: ['error', 'the value is larger or nested deeper than any flow'],
  field_missing: ['error', 'a field that must be there is not'],
  field_unknown: ['error', 'a field that the format does not have'],
  field_invalid: ['error', 'a value that the field cannot have'],
  step_type_unknown: ['error', 'a step of a type that there is not'],

  // Its graph.
  step_duplicate: ['error', 'two steps have one id'],
  step_unknown: ['error', 'an edge, or the beginning, leads to a step that is not there'],
  step_unreachable: ['error', 'no way leads to the step'],
  end_unreachable: ['error', 'no way leads from the step to an end'],
  cycle_without_limit: ['error', 'customers may go round without end'],
  cycle_without_wait: ['error', 'customers may go round in no time'],

  // Its edges.
  edge_missing: ['error', 'an edge that the step must have is not there'],
  edge_unfit: ['error', 'an edge that the step cannot have'],
  edge_duplicate: ['error', 'two edges for the same thing'],
  edge_wait_missing: ['error', 'a no_reply edge that does not say how long to wait'],
  edge_field_unused: ['warning', 'a field of an edge that nothing reads there'],
  variant_unfit: ['error', 'variants and their edges do not fit'],
  weights_unfit: ['error', 'weights of variants do not add up to 100'],
  intents_unfit: ['error', 'intents and reply edges do not fit'],
  clicked_without_link: ['error', 'a click is waited for, and there is nothing to click on'],
  stop_handled: ['error', 'an edge for STOP, which no flow handles'],

  // Its steps and how it begins.
  segment_unknown: ['error', 'a segment that the shop does not have'],
  entry_window_missing: ['error', 'entry per window without a window'],
  entry_window_unused: ['warning', 'a window of entry that nothing reads'],
  entry_once_recurs: ['warning', 'a recurring trigger for a flow that each customer enters once'],
  entry_unbounded: ['warning', 'customers may enter any number of times, and the shop has no caps'],
  duration_too_long: ['error', 'a wait of more than ten years'],
  window_empty: ['error', 'a window that ends when it begins'],
  window_in_quiet_hours: ['error', 'a window in which no text may go'],
  trigger_in_quiet_hours: ['warning', 'texts at the beginning wait for quiet hours to end'],
  schedule_branch_unfit: ['error', 'before, within and after, and nothing to be before or after of'],
  moment_passed: ['warning', 'an instant that has passed'],
  webhook_address_invalid: ['error', 'an address that is none'],
  webhook_host_refused: ['error', 'a host that the shop has not allowed'],
  webhook_host_private: ['error', 'an address within a private network'],
  webhook_not_https: ['error', 'a call that anybody on its way can read'],

  // Its texts.
  text_empty: ['error', 'a text in which there is nothing'],
  text_too_long: ['error', 'a text that is longer than texts may be'],
  text_many_parts: ['warning', 'a text that may take many parts'],
  text_other_language: ['warning', 'a text in other letters than its language has'],
  placeholder_unknown: ['error', 'a placeholder that there is not'],
  placeholder_malformed: ['error', 'a placeholder that is not written as one'],
  template_tag: ['error', 'a tag of a template language'],
  discount_missing: ['error', '{{discount}} where the step has none'],
  code_missing: ['error', '{{code}} where the discount has none'],
  expiry_missing: ['error', '{{expires}} where the discount does not expire'],
  link_missing: ['error', '{{link}} where the step has no link'],
  product_missing: ['error', 'a placeholder for more products than the step has'],
  shop_name_missing: ['error', '{{shop}} where the shop has not said its name, or a longer one than fits'],
  value_too_long: ['error', 'a value that is longer than its placeholder takes'],
  link_host_refused: ['error', 'a link to a host that the shop has not named'],
  discount_too_high: ['error', 'more is taken off than the shop allows'],
  discount_currency: ['error', 'an amount in a currency that the shop does not have'],
  discount_differs: ['warning', 'the text says another percentage than the discount'],

  // What customers may do to it.
  too_many_texts: ['error', 'a customer may get more texts within a day or a week than the shop allows'],
  texts_not_bounded: ['warning', 'it could not be shown how many texts a customer may get'],
  stay_without_end: ['warning', 'customers may stay for more than ten years'],
  entry_window_short: ['warning', 'customers may enter again before they have left'],
  step_dead: ['error', 'no customer can get to the step'],
  branch_never_taken: ['warning', 'a branch that what was asked before settles'],
  step_behind_goal: ['warning', 'a customer who could get to the step has left the flow by its goal'],
  limit_never_limits: ['warning', 'a limit that nobody can reach'],
  text_always_suppressed: ['error', 'the caps of the shop suppress the text for everybody'],
} as const satisfies Readonly<Record<string, readonly ['error' | 'warning', string]>>

export type FlowCode = keyof typeof flowCodes
