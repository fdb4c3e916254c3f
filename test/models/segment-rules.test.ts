import { expect, test } from 'vitest'
import { ruleFor, segmentRules } from '../../models/segment-rules.ts'
import { segments } from '../../models/segments.ts'

test('every named segment has its rule, and who has none is led nowhere', () => {
  for (const segment of segments) expect(ruleFor({ segment, mood: 0 })).toBe(segmentRules[segment])
  for (const segment of [null, 'another name']) expect(ruleFor({ segment, mood: 0 })).toMatchObject({ lean: 'personal' })
})

test('who writes that they are upset is not led to dearer things', () => {
  expect(ruleFor({ segment: 'Champions', mood: 0.5 })).toMatchObject({ lean: 'premium' })
  expect(ruleFor({ segment: 'Champions', mood: -0.5 })).toMatchObject({ lean: 'personal' })
  expect(ruleFor({ segment: 'Hibernating', mood: -0.5 })).toMatchObject({ lean: 'value' })
})
