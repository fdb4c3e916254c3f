/** What a request for a short link tells of who sent it. */
export interface LinkVisit {
  readonly method: string
  readonly userAgent: string | undefined
  /** What the header says that tells what a page is fetched for: Sec-Purpose, Purpose, X-Purpose or X-Moz. */
  readonly purpose: string | undefined
}

/** The same with what we know beside it. */
export interface VisitFacts extends LinkVisit {
  /** In ms from when the text went to the gateway; undefined where that is not known. */
  readonly sinceSentMs: number | undefined
  /** How many different links the same address asked for within `BURST_MS`, this one included. */
  readonly links: number
}

/** Why a visit counts as a program's. */
export type AutomaticReason = 'head' | 'prefetch' | 'agent' | 'early' | 'burst'

/** A text takes seconds to reach a phone, and a person to read it. Who is there before that reads along on the way. */
export const EARLY_MS = 2000
/**
 * So many links of different texts in so short a time are one program's. Far more than a scanner needs to be seen, because a mobile
 * network shows thousands of its customers under one address, and all of them get a campaign in the same minute.
 */
export const BURST_LINKS = 30
export const BURST_MS = 10_000

/** `Cubot` makes phones. The rest are the words crawlers, makers of previews, checkers of links and HTTP libraries name themselves by. */
const PROGRAMS =
  /(?<!cu)bot\b|crawl|spider|facebookexternalhit|facebot|^whatsapp\/|^viber|skypeuripreview|slack-imgproxy|bingpreview|google-(?:safety|read-aloud|inspectiontool)|googleother|mediapartners|preview|link ?check|urlscan|virustotal|proofpoint|barracuda|headlesschrome|phantomjs|lighthouse|monitor|^(?:curl|wget|python|go-http-client|java|okhttp|axios|node|undici|got|ruby|php|perl|libwww|apache-httpclient|postmanruntime|dart|http)\b/i

/**
 * Why a visit is not a person's; undefined where nothing speaks against one. Only what is sure to be a program is called one by its
 * name: in-app browsers (FBAN, Instagram) are people. The rules are the same for a visit now and for one that was kept.
 */
export function automaticVisit({ method, userAgent, purpose, sinceSentMs, links }: VisitFacts): AutomaticReason | undefined {
  if (method !== 'GET') return 'head'
  if (purpose !== undefined && /prefetch|prerender|preview/i.test(purpose)) return 'prefetch'
  if (userAgent === undefined || userAgent.trim() === '' || PROGRAMS.test(userAgent)) return 'agent'
  if (sinceSentMs !== undefined && sinceSentMs < EARLY_MS) return 'early'
  return links >= BURST_LINKS ? 'burst' : undefined
}
