import { channel, subscribe, unsubscribe } from 'node:diagnostics_channel';

/**
 * Facts that a room reports while it works, for whoever listens: the metrics. It knows none of its listeners, and without
 * one a report costs nothing. One per process, like a logger; a fact holds nothing that a client sent.
 */
export class Observed<Fact extends object> {
  private readonly name: string;
  private readonly channel;

  /** @param name unique in the process */
  constructor(name: string) {
    this.name = `workspace-sessions:${name}`;
    this.channel = channel(this.name);
  }

  get isObserved(): boolean {
    return this.channel.hasSubscribers;
  }

  report(fact: Fact): void {
    if (this.isObserved) this.channel.publish(fact);
  }

  /** @returns how to stop */
  listen(listener: (fact: Fact) => void): () => void {
    const subscriber = (fact: unknown): void => {
      listener(fact as Fact);
    };
    subscribe(this.name, subscriber);
    return () => {
      unsubscribe(this.name, subscriber);
    };
  }
}
