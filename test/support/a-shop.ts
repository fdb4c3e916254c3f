import { readConfig } from '../../infra/config.ts'
import { flowShop } from '../../infra/flow-shop.ts'

/** A shop of which nothing is set. */
export const aShop = flowShop(readConfig({}))
