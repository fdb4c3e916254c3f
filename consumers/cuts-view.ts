import { noCuts } from '../models/rfm.ts'
import type { RfmCuts } from '../schemas/records.ts'
import { rfmCuts } from '../schemas/topics.ts'
import type { ViewSpec } from '../streams/view.ts'

/** rfm-cuts: where the quintiles lie, the newest version that came. */
export const cutsView: ViewSpec<{ cuts: RfmCuts }> = {
  topic: rfmCuts,
  writer: 'ranking',
  async load(tx) {
    const [row] = await tx.query('SELECT cuts FROM rfm_cuts')
    return { cuts: (row?.cuts as RfmCuts | undefined) ?? noCuts }
  },
  apply(view, value) {
    const cuts = value as RfmCuts
    if (cuts.version > view.cuts.version) view.cuts = cuts
  },
}
