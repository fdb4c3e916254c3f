import type { Clock } from '../../streams/clock.ts'
import type { Config } from '../config.ts'
import { minilmModel } from './minilm-model.ts'
import { hashedFamily, minilmFamily, type TextFamily } from './text-family.ts'

/** Every way of making vectors that is configured. Nothing is started before the first text. */
export const openFamilies = ({ modelDir }: Pick<Config, 'modelDir'>, clock: Clock): readonly TextFamily[] =>
  modelDir === undefined ? [hashedFamily] : [hashedFamily, minilmFamily(minilmModel(modelDir, clock))]
