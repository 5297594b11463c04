import { byAge } from '../../../src/contract/index.ts';
import type { RunListEntry, RunListEvent } from '../../../src/contract/index.ts';
import { EventStream } from './event-stream.ts';

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

/** A list after an event of it. */
export function applyRunListEvent(runs: readonly RunListEntry[], event: RunListEvent): readonly RunListEntry[] {
  if (event.type === 'runs') return event.runs;
  const gone = new Set([...event.removed, ...event.runs.map(({ id }) => id)]);
  return [...runs.filter(({ id }) => !gone.has(id)), ...event.runs].sort(byAge);
}
