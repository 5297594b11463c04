import type { RunListEntry, RunListEvent } from '../../../src/contract/index.ts';
import { EventStream } from './event-stream.ts';
import { applyRunListEvent } from './run-list-event.ts';

export type Connection = 'connecting' | 'open' | 'lost';

/** The list of runs as it stands on the server, newest first. */
export class RunList {
  runs = $state.raw<readonly RunListEntry[] | null>(null);
  connection = $state<Connection>('connecting');
  problem = $state<string | null>(null);
  readonly #stream: EventStream<RunListEvent>;

  constructor() {
    this.#stream = new EventStream('/api/events', {
      open: () => {
        this.connection = 'open';
        this.problem = null;
      },
      event: (event) => (this.runs = applyRunListEvent(this.runs ?? [], event)),
      lost: (reason) => {
        this.connection = 'lost';
        this.problem = reason;
      },
    });
  }

  close(): void {
    this.#stream.close();
  }
}
