import type { TimerDue } from '../schemas/events.ts'
import { events } from '../schemas/topics.ts'
import type { DueRows } from '../streams/timer-service.ts'
import { flowTimerTable } from './flow-state.ts'

/** timers → the customer's own stream. Once their clock has passed an instant nothing of theirs is due at it again, so it names the timer. */
export const flowTimers: DueRows = {
  name: 'flow-timers',
  table: flowTimerTable.name,
  key: 'customer_id',
  record: (customerId, due) => ({ topic: events, key: customerId, value: timerDue(customerId, due) }),
}

const timerDue = (customerId: string, due: number): TimerDue => ({
  type: 'timer',
  id: String(due),
  customerId,
  occurredAt: new Date(due).toISOString(),
})
