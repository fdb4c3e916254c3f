import { ExactIndex } from '../../../models/vectors/exact-index.ts'
import { vectorIndexContract } from '../../contracts/vector-index.ts'

vectorIndexContract('ExactIndex', async dims => new ExactIndex(dims))
