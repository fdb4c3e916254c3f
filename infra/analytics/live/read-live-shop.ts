import type { Config } from '../../config.ts'
import { openProducer } from '../../open-producer.ts'
import { endOfHistory } from './end-of-history.ts'
import { type LiveShop, type ShopOfLogOptions, shopOfLog } from './shop-of-log.ts'

export interface ReadLiveShop extends LiveShop {
  /** ISO 4217, the shop's. */
  readonly currency: string
  /** As of when it is to be looked at unless somebody says otherwise, epoch ms. */
  readonly asOf: number
}

/**
 * Reads the shop of the system that is configured: a stack while it runs, a data folder while nobody runs on it. For a command: everything is opened, read, and
 * closed again.
 *
 * @param now epoch ms
 * @throws ShopTooLarge, by TARANG_ANALYTICS_MB; the signal's reason when it aborts; DataFolderLocked where a Tarang has the folder
 */
export async function readLiveShop(
  config: Config,
  now: number,
  { warn, ...options }: Omit<ShopOfLogOptions, 'mostBytes'> & { readonly warn: Parameters<typeof openProducer>[1] },
): Promise<ReadLiveShop> {
  const { close, ...source } = await openProducer(config, warn)
  try {
    const read = await shopOfLog(source, { ...options, mostBytes: config.analyticsBytes })
    return { ...read, currency: config.shop.currency, asOf: endOfHistory(read.shop.lines, now) }
  } finally {
    await close()
  }
}
