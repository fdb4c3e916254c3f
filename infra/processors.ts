import { processors } from '../consumers/all.ts'
import type { Shop } from '../schemas/shop.ts'
import { builtInTexts } from './text-models.ts'

/** Every processor with the models that came with this version. */
export const processorsOf = (shop: Omit<Shop, 'now'>) => processors(shop, builtInTexts())
