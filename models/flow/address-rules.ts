import type { Flow, FlowStepOf } from '../../schemas/flow.ts'
import { linkHosts } from '../link-hosts.ts'
import { LONGEST_TEXT } from '../templates/template.ts'
import { textOf } from './edge-forms.ts'
import { type Finding, withStep } from './finding.ts'
import type { FlowShop } from './flow-shop.ts'
import { isPrivateHost } from './private-host.ts'

/** Rule 7, and where links lead: webhooks call hosts that the shop has allowed and no private network, links lead to the shop's hosts. */
export function addressRules(flow: Flow, shop: FlowShop): Finding[] {
  const mayLink = linkHosts(shop.linkHosts.length > 0 ? shop.linkHosts : undefined)
  return flow.steps.flatMap((step, index) => {
    if (step.type === 'webhook') return webhookRules(flow, index, step, shop)
    const link =
      step.type === 'message' && step.link !== undefined ? linkRules(step.link, `/steps/${index}/link`, step.id, mayLink) : []
    const inText = addressesIn(textOf(step)?.slice(0, LONGEST_TEXT) ?? '').flatMap(address =>
      linkRules(address, `/steps/${index}/content`, step.id, mayLink),
    )
    return [...link, ...inText]
  })
}

function webhookRules(flow: Flow, index: number, step: FlowStepOf<'webhook'>, shop: FlowShop): Finding[] {
  const { id, url } = step
  const found = (code: Finding['code'], message: string, fix?: Finding['fix']): Finding[] => [
    { code, message, pointer: `/steps/${index}/url`, step: id, fix },
  ]
  const host = hostOf(url)
  if (host === undefined)
    return found('webhook_address_invalid', `"${url.slice(0, 100)}", which step "${id}" calls, is no address.`)
  if (isPrivateHost(host) && shop.webhooksMayBePrivate !== true)
    return found('webhook_host_private', `Step "${id}" calls ${host}, which is within a private network.`)
  if (!linkHosts(shop.webhookHosts)(url))
    return found(
      'webhook_host_refused',
      `Step "${id}" calls ${host}, which the shop has not allowed: have it added to the hosts of webhooks.`,
    )
  if (!/^http:/.test(url) || shop.webhooksMayBePrivate === true) return []
  return found('webhook_not_https', `Step "${id}" calls ${host} by http, which anybody on the way can read.`, () => ({
    flow: withStep(flow, index, { ...step, url: overHttps(url) }),
    correction: `Step "${id}" calls ${host} by https.`,
  }))
}

/** The same address by https. A port stays as it is. */
export const overHttps = (url: string): string => url.replace(/^http:/, 'https:')

function linkRules(link: string, pointer: string, step: string, mayLink: (url: string) => boolean): Finding[] {
  const host = hostOf(link)
  if (host !== undefined && !isPrivateHost(host) && mayLink(link)) return []
  const where = host === undefined ? `"${link.slice(0, 100)}", which is no address` : host
  const message = `Step "${step}" links to ${where}: link to a host of the shop.`
  return [{ code: 'link_host_refused', message, pointer, step }]
}

const ADDRESS = /\bhttps?:\/\/[^\s{}"'<>]+|\bwww\.[^\s{}"'<>]+/gi
/** Without a scheme a phone makes links of what ends as hosts do. */
const HOST =
  /(?<![\w@./-])(?:[a-z0-9-]+\.)+(?:com|net|org|pk|io|co|shop|store|info|biz|link|ly|me|app|online|site|xyz|gl|gd|to|cc|ru|tk)(?![\w-])(?:\/[^\s{}"'<>]*)?/g

/** Addresses that are written out in a text, as a phone finds them. */
const addressesIn = (text: string): string[] =>
  [...text.matchAll(ADDRESS), ...text.replace(ADDRESS, ' ').matchAll(HOST)].map(([found]) => {
    const address = found.replace(/[.,;:!?)\]،۔]+$/u, '')
    return /^https?:/i.test(address) ? address : `https://${address}`
  })

/** Undefined where the address is none, or has a name and a password before its host: it would not lead to where it seems to. */
function hostOf(address: string): string | undefined {
  if (!URL.canParse(address)) return undefined
  const { hostname, username, password } = new URL(address)
  return username === '' && password === '' && hostname !== '' ? hostname : undefined
}
