/** Labelled texts to learn from, what their labels mean here, and how many features (2^bits) they are worth. */
export const SETS = [
  {
    name: 'roman-urdu',
    file: 'roman-urdu-sentiment.tsv.gz',
    names: { Positive: 'positive', Neutral: 'neutral', Negative: 'negative' },
    bits: 17,
  },
  { name: 'urdu', file: 'urdu-sentiment.tsv.gz', names: { P: 'positive', N: 'negative' }, bits: 15 },
] as const
