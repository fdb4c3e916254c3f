/**
 * Every code by which we tell somebody outside that something is wrong, and what they can do about it. Codes are stable:
 * they are the `code` and `fix` of HTTP problems (RFC 9457), of rejected events, of dead letters and of the command line.
 */
export const fixes = {
  // An event, wherever it came from.
  event_invalid: 'Send one JSON object per event, as shown in the pages at /docs.',
  type_unknown: 'Use one of the event types purchase, refund, click, message, profile, consent or product.',
  field_missing: 'Add the field that the pointer names.',
  field_invalid: 'Send the field that the pointer names in the form that the message describes.',
  field_too_long: 'Shorten the text that the pointer names.',
  list_too_long: 'Split the list over several events, each with an id of its own.',
  properties_too_large: 'Keep extra fields under 65,536 characters in all; send what identifies a thing, not the thing.',
  properties_too_deep: 'Nest extra fields at most 20 levels deep.',
  character_invalid: 'Remove NUL characters, unpaired surrogates and, in ids, control characters.',
  number_out_of_range: 'Check the number for a slip of units; the message gives the range that is taken.',
  time_invalid: 'Write instants as ISO 8601, such as 2024-05-01T12:30:00Z, with a date that exists.',
  time_out_of_range: 'Check the clock and the unit of the sender: instants from 1970 to one day from now are taken.',
  currency_unsupported:
    'Convert to the currency of the shop, or start Tarang with TARANG_CURRENCY set to the currency of the data.',
  phone_invalid: 'Write the number in international form, such as +923001234567, or in the form used in TARANG_REGION.',
  link_host_refused: 'Link to one of the hosts in TARANG_LINK_HOSTS, or have this one added to them.',

  // A template of a text.
  text_empty: 'Write a text.',
  placeholder_unknown:
    'Use {{first_name}}, {{product}}, {{product_2}}, {{product_3}}, {{price}}, {{link}}, {{discount}}, {{code}}, {{shop}} or {{expires}}.',
  placeholder_malformed: 'Write placeholders in two braces without spaces, in small letters: {{first_name}}.',
  template_tag: 'Take the tag out; what differs between customers is for placeholders and steps of the flow.',
  discount_missing: 'Give the step a discount, or take {{discount}} out of its text.',
  code_missing: 'Give the discount of the step a code, or take {{code}} out of its text.',
  value_missing: 'Give the value that the message names, or take its placeholder out of the text.',
  value_too_long: 'Shorten the value that the message names; it cannot be cut without changing what it says.',

  // A campaign in words.
  description_empty: 'Say in a sentence whom the campaign is for and what it does.',
  description_too_long: 'Say it in at most 20,000 characters; a sentence or two mostly do.',

  // A request.
  json_invalid: 'Send a body that is valid JSON, in UTF-8, with Content-Type: application/json.',
  media_type_unsupported: 'Send Content-Type: application/json.',
  request_invalid: 'Check the address and the headers of the request; parts of the path are percent-encoded UTF-8.',
  body_invalid: 'Correct the fields that `errors` points at; the pages at /docs show the body.',
  body_too_large: 'Send at most 5 MiB in one request.',
  batch_too_large: 'Send at most 2,000 events in one batch.',
  query_invalid: 'Check the query parameters against the pages at /docs.',
  cursor_invalid: 'Use a nextCursor exactly as an answer gave it, or leave it out to start again.',
  position_invalid: 'Use a position exactly as an answer gave it.',
  unauthorized: 'Send Authorization: Bearer KEY with a key made by `tarang keys add`.',
  forbidden: 'Use a key that has the scope this request needs: `tarang keys add --scope …`.',
  host_refused:
    'Call the server by localhost or 127.0.0.1, or set SECRET_KEY and make a key with `tarang keys add` to open it to others.',
  callback_forged:
    'Let the gateway call the address exactly as it was given; for inbound texts `key` is SMS_CALLBACK_KEY, and without that none are taken.',
  rate_limited: 'Send again after the time in Retry-After, or put several events into one batch.',
  not_found: 'Check the path against the pages at /docs.',
  customer_unknown: 'Check the id; a customer is known once an event of theirs has been folded.',
  recommendation_unknown:
    'Use a recommendationId of GET /recommendations; a list is kept while it is the newest of its customer, or for 90 days once it was looked up.',
  snapshot_missing:
    'Wait for the first purchase and a minute more, or set TARANG_ANALYTICS_EVERY on an instance of the role trainer; GET /analytics/segments needs none.',
  snapshot_unknown: 'Use an id of GET /analytics/snapshots, or an instant.',
  segment_unknown: 'Use one of the names that GET /segments lists.',
  flow_invalid: 'Correct the fields that `errors` points at; POST /api/v1/checkFlow says of any JSON what is wrong with it.',
  flow_rejected: 'Correct what `findings` says, PUT the flow, and launch it again.',
  campaign_missing: 'Check the id; GET /campaigns lists all campaigns.',
  campaign_changed: 'Read the campaign again, look at what changed, and send your change with its new ETag in If-Match.',
  campaign_status:
    'Read the campaign: `status` says how it stands; what was stopped is over, and is made anew by POST /campaigns.',
  if_match_missing: 'Send the ETag of the campaign as you read it in If-Match.',
  campaign_unknown:
    'Check the id of the campaign; it is known once a text of it went out, and its links where TARANG_LINK_BASE is set.',
  sms_settled: 'Read GET /sms/requests/{id}; only a text whose status is unknown can be settled by hand.',
  sms_unknown: 'Check the id of the request; POST /sms/requests answers with it.',

  // What we cannot do just now.
  overloaded: 'Send again after the time in Retry-After; ids keep a repeat from counting twice.',
  generator_busy: 'Send again after the time in Retry-After.',
  rehearsal_busy: 'Send again after the time in Retry-After; one campaign is rehearsed at a time.',
  rehearsal_late: 'Rehearse a shorter time, or send again when less is going on.',
  rehearsal_too_large: 'Rehearse it over a part of the history, in a file: `tarang flow rehearse`.',
  log_unavailable: 'Send again after the time in Retry-After; ids keep a repeat from counting twice.',
  position_not_reached: 'Send again after the time in Retry-After; the event at that position is still on its way.',
  state_unavailable: 'Send again after the time in Retry-After; GET /ready says what is missing.',
  not_ready: 'Wait until GET /ready answers 200; it says what is missing.',
  internal_error:
    'Nothing on your side is known to be wrong. Send again; if it stays, report the time and the id of the request.',

  // A record or a file.
  record_unreadable: 'Publish UTF-8 JSON, or the Confluent wire format with a schema that the registry knows.',
  record_invalid: 'Only Tarang writes to this topic: find out who else did, and have them publish to a typed topic.',
  schema_unknown: 'Register the schema in the registry that SCHEMA_REGISTRY_URL names before publishing with its id.',
  file_unreadable: 'Give the path of a file that is whole and that you may read; compress it again where it is cut off.',
  file_empty: 'Give a file that has something in it: a header and rows.',
  file_binary: 'Give a file of text with columns: CSV with a header, in UTF-8, plain or compressed by gzip.',
  columns_missing: 'Rename or add the columns that the message names; the header is the first line of the file.',
  rows_missing: 'Give a file with rows below its header that can be read.',
  memory_short:
    'Give the process more memory, and where it is the heap that is short start it with NODE_OPTIONS=--max-old-space-size=4096; or analyse a part of the file.',
  file_unknown:
    'Give a file of a kind that `tarang replay --help` lists, or say by `--mapping` what its columns mean; plain or compressed by gzip.',
  mapping_invalid: 'Correct the mapping as the message says; `tarang replay FILE --show-mapping` prints one to begin with.',
} as const

export type ErrorCode = keyof typeof fixes
