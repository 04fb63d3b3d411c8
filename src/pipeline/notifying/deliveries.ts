import { messageOf } from "../../domain/errors.ts";
import { worthWaitingMs } from "../../domain/notification.ts";
import type { Logger } from "../../ports/logger.ts";
import { deliverOutbox, type DeliveringDeps } from "./deliver-outbox.ts";

export type DeliveriesDeps = DeliveringDeps & { readonly log: Logger };

/** Sends messages beside the work of a worker, one delivery at a time: a channel that hangs holds up nobody else. */
export class Deliveries {
  readonly #deps: DeliveriesDeps;
  readonly #stop = new AbortController();
  #underWay: Promise<void> | null = null;

  constructor(deps: DeliveriesDeps) {
    this.#deps = deps;
  }

  /** Sends what is due, unless that is under way already. */
  start(): void {
    if (this.#stop.signal.aborted || this.#underWay !== null) return;
    this.#underWay = this.#deliver();
  }

  /**
   * Whether a message is sent now or comes due so soon that it is worth a wait. One that is being sent is claimed, and so
   * due again when its claim runs out. That somebody looks for messages says nothing: it is done in every round.
   */
  async areNear(): Promise<boolean> {
    const { db, clock, channels } = this.#deps;
    const due = await db.outbox.nextDueAt(channels.map((channel) => channel.name));
    return due !== null && due.getTime() - clock.now().getTime() <= worthWaitingMs;
  }

  /** Until the delivery that is under way has ended. */
  async settled(): Promise<void> {
    await this.#underWay;
  }

  /** Calls off what is under way. What was not sent is sent by the next worker. */
  async close(): Promise<void> {
    this.#stop.abort();
    await this.#underWay;
  }

  async #deliver(): Promise<void> {
    try {
      await deliverOutbox(this.#deps, this.#stop.signal);
    } catch (error) {
      this.#deps.log.warn({ error: messageOf(error) }, "messages were not delivered");
    } finally {
      this.#underWay = null;
    }
  }
}
