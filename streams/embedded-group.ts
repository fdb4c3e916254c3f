import type { EmbeddedMembership } from './embedded-membership.ts'
import type { TopicPartition } from './log.ts'

/** The members of a consumer group, who share the partitions of their topics round robin, in the order they joined. */
export class EmbeddedGroup {
  private readonly members = new Set<EmbeddedMembership>()
  private readonly partitionsOf: (topic: string) => readonly TopicPartition[]

  constructor(partitionsOf: (topic: string) => readonly TopicPartition[]) {
    this.partitionsOf = partitionsOf
  }

  add(member: EmbeddedMembership): void {
    this.members.add(member)
    this.rebalance()
  }

  /** Whether nobody is left. */
  remove(member: EmbeddedMembership): boolean {
    if (this.members.delete(member)) this.rebalance()
    return this.members.size === 0
  }

  private rebalance(): void {
    const members = [...this.members]
    const shares = new Map(members.map(member => [member, [] as TopicPartition[]]))
    let turn = 0
    for (const topic of new Set(members.flatMap(({ topics }) => topics))) {
      const readers = members.filter(({ topics }) => topics.includes(topic))
      for (const partition of this.partitionsOf(topic)) shares.get(readers[turn++ % readers.length]!)!.push(partition)
    }
    for (const [member, share] of shares) member.rebalanced(share)
  }
}
