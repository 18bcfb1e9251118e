import { violations } from '@drawbridge/contracts';
import type { EventLog, Following, KafkaMessage } from '@drawbridge/kafka';
import type { Logger } from '@drawbridge/telemetry';
import type { Endpoint, EndpointTable } from '../domain/endpoint-table.js';

/** Keeps the endpoint table equal to the compacted topic `endpoint.state`. */
export class EndpointFollower {
  private following: Following | undefined;
  private complete = false;

  constructor(
    private readonly eventLog: EventLog,
    private readonly table: EndpointTable,
    private readonly onChange: () => void,
    private readonly log: Logger,
  ) {}

  async start(): Promise<void> {
    this.following = await this.eventLog.follow({ topics: ['endpoint.state'], onMessage: (message) => this.apply(message) });
    this.following.caughtUp.then(
      () => {
        this.complete = true;
        this.onChange();
      },
      (error: unknown) => this.log.error('the endpoints cannot be read', { error }),
    );
  }

  async stop(): Promise<void> {
    await this.following?.stop();
  }

  /** True when everything that was published before the start is known. */
  get caughtUp(): boolean {
    return this.complete;
  }

  private apply(message: KafkaMessage): void {
    if (message.value === null) {
      if (message.key !== null) this.table.remove(message.key.toString('utf8'));
    } else {
      const state = this.read(message.value);
      if (state === undefined || !this.table.apply(state)) return;
    }
    // While the past is read, only the last state of each endpoint is worth loading models for.
    if (this.complete) this.onChange();
  }

  private read(value: Buffer): Endpoint | undefined {
    let state: unknown;
    try {
      state = JSON.parse(value.toString('utf8'));
    } catch {
      this.log.error('an endpoint.state message is no JSON and is ignored');
      return undefined;
    }
    const [wrong] = violations('endpoint.state', state);
    if (wrong === undefined) return state as Endpoint;
    this.log.error('an endpoint.state message breaks the contract and is ignored', { field: wrong.field, problem: wrong.message });
    return undefined;
  }
}
