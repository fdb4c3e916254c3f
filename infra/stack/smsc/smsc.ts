import type { Server } from 'node:net'
import { type Behaviour, ordinary } from './behaviour.ts'
import { receipt } from './receipt.ts'
import { ReceivedTexts } from './received.ts'
import { type Pdu, type Session, smpp } from './smpp.ts'

/**
 * The network's end of SMPP, for tests: takes every text as it was told to and remembers what it took. It is one for all who bind:
 * a receipt or an inbound text goes to whoever bound last.
 */
export class Smsc {
  readonly server: Server
  readonly received = new ReceivedTexts()
  usual: Behaviour = ordinary
  /** By number, as the gateway writes it. */
  readonly unusual = new Map<string, Behaviour>()
  /** Submissions by what became of them. */
  readonly counts = { accepted: 0, refused: 0, throttled: 0, silent: 0, receipts: 0, receiptsOwed: 0 }
  private readonly bound: Session[] = []
  private last = 0

  constructor() {
    this.server = smpp.createServer(session => this.serve(session))
  }

  get binds(): number {
    return this.bound.length
  }

  /** Hands in a text from a handset; resolves with whether the gateway took it. */
  inbound({ from, to, text }: { readonly from: string; readonly to: string; readonly text: string }): Promise<boolean> {
    const session = this.bound.at(-1)
    if (session === undefined) return Promise.resolve(false)
    // 0 is the network's own alphabet, GSM-7; what the package finds by itself it calls 1, and Kannel reads that as ASCII.
    const data_coding = smpp.encodings.ASCII.match(text) ? 0 : 8
    const fields = { source_addr: from, source_addr_ton: 1, destination_addr: to, data_coding, short_message: text }
    return new Promise(resolve => {
      const sent = session.deliver_sm(fields, answer => resolve(answer.command_status === 0))
      if (!sent) resolve(false)
    })
  }

  /** Cuts every connection; gateways come back by themselves. */
  cut(): void {
    for (const session of this.bound) session.destroy()
  }

  private serve(session: Session): void {
    const gone = () => {
      const at = this.bound.indexOf(session)
      if (at !== -1) this.bound.splice(at, 1)
    }
    session.on('close', gone)
    session.on('error', gone)
    session.on('pdu', pdu => {
      if (pdu.command.startsWith('bind_')) {
        this.bound.push(session)
        session.send(pdu.response({ system_id: 'smsc' }))
      } else if (pdu.command === 'submit_sm') this.submit(session, pdu)
      else if (pdu.command === 'enquire_link') session.send(pdu.response())
      else if (pdu.command === 'unbind') {
        session.send(pdu.response())
        session.close()
      }
    })
  }

  private submit(session: Session, pdu: Pdu): void {
    const behaviour = this.unusual.get(pdu.destination_addr) ?? this.usual
    const respond = (status: string, fields = {}) =>
      after(behaviour.answerDelayMs, () => session.send(pdu.response({ command_status: smpp[`ESME_R${status}`], ...fields })))
    if (behaviour.answer === 'refuse') {
      this.counts.refused++
      respond('INVDSTADR')
    } else if (behaviour.answer === 'throttle') {
      this.counts.throttled++
      respond('THROTTLED')
    } else {
      const id = `${++this.last}`
      this.received.add(pdu, id, Date.now())
      if (behaviour.answer === 'silent') this.counts.silent++
      else this.accept(pdu, id, behaviour, () => respond('OK', { message_id: id }))
    }
  }

  private accept(pdu: Pdu, id: string, { answerDelayMs, receipts }: Behaviour, respond: () => void): void {
    this.counts.accepted++
    const told = { id, from: pdu.source_addr, to: pdu.destination_addr, at: Date.now() }
    const wanted = (pdu.registered_delivery & 1) === 1 ? receipts : []
    const tell = ({ state, afterMs }: Behaviour['receipts'][number]) => {
      this.counts.receiptsOwed++
      after(answerDelayMs + afterMs, () => {
        this.counts.receiptsOwed--
        this.counts.receipts++
        this.bound.at(-1)?.deliver_sm(receipt(told, state))
      })
    }
    for (const early of wanted.filter(({ afterMs }) => afterMs < 0)) tell(early)
    respond()
    for (const late of wanted.filter(({ afterMs }) => afterMs >= 0)) tell(late)
  }
}

/** At once where there is nothing to wait for, so that what was asked for first is written first. */
function after(ms: number, work: () => void): void {
  if (ms <= 0) work()
  else setTimeout(work, ms)
}
