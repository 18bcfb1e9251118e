import { type EventMap, topics } from '@drawbridge/contracts';
import { type Consumption, ok, type Outcome } from '@drawbridge/kafka';
import { consumerCheck, EventProcessor, type LifecycleStep, type Platform } from '@drawbridge/service';
import type { Topic } from '@drawbridge/contracts';
import { project } from '../domain/projection.js';
import type { DocumentStore } from '../persistence/document.store.js';
import type { StoredEvent } from '../domain/stored-event.js';
import type { EventStore } from '../persistence/event.store.js';
import type { LiveHub } from '../domain/live-hub.js';

const GROUP = 'console';

/** Topics that the console projects: everything its group is named for, without keys and traffic. */
const fed = topics.filter((topic) => topic.consumers.includes(GROUP) && topic.name !== 'access.state').map((topic) => topic.name);

/** Reads every control topic into the read model, and tells the open tails after the commit. */
export class ControlFeed implements LifecycleStep {
  readonly name = 'control feed';
  private readonly processor: EventProcessor;
  private consumption: Consumption | undefined;
  private fresh: StoredEvent | undefined;

  constructor(
    private readonly platform: Platform,
    private readonly events: EventStore,
    private readonly documents: DocumentStore,
    private readonly hub: LiveHub,
  ) {
    const { database, log, config } = platform;
    if (database === undefined) throw new Error('the console needs its database');
    this.processor = new EventProcessor({
      service: config.service,
      group: GROUP,
      dataSource: database.source,
      outbox: database.outbox,
      inbox: database.inbox,
      log,
      committed: () => this.announce(),
      dispatch: async (event, { transaction }): Promise<Outcome> => {
        this.fresh = await this.events.put(transaction, event);
        // A document without sequence (an event from outside) is ordered by its time.
        const sequence = event.sequence ?? event.time.getTime();
        for (const change of project(event.topic, event.data as EventMap[Topic]))
          await this.documents.apply(transaction, change, event.project, sequence);
        return ok;
      },
    });
    platform.addCheck(consumerCheck('control feed', () => this.consumption?.health()));
    platform.replays.register(GROUP, (tx, message) => this.processor.replay(tx, message));
  }

  async start(): Promise<void> {
    this.consumption = await this.platform.eventLog.consume({
      group: GROUP,
      topics: fed,
      fromBeginning: true,
      handle: (message) => {
        // What an attempt that was rolled back left behind is not news.
        this.fresh = undefined;
        return this.processor.handle(message);
      },
    });
  }

  async stop(): Promise<void> {
    await this.consumption?.stop();
  }

  private announce(): void {
    this.platform.wake();
    if (this.fresh !== undefined) this.hub.announce(this.fresh);
    this.fresh = undefined;
  }
}
