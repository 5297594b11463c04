import type { Ledger, StudyEvent, StudyState } from '../../../src/contract/index.ts';
import { EventStream } from './event-stream.ts';
import type { Connection } from './run-list.svelte.ts';

/** Ledgers of papers as they fill, and the study that is made. `revision` grows whenever something about a trial has changed. */
export class LiveStudies {
  ledgers = $state.raw<Readonly<Record<string, Ledger>>>({});
  problems = $state.raw<Readonly<Record<string, string>>>({});
  study = $state.raw<StudyState | null>(null);
  connection = $state<Connection>('connecting');
  problem = $state<string | null>(null);
  revision = $state(0);
  readonly #stream: EventStream<StudyEvent>;

  /** `address`: of the events of one paper or of all. */
  constructor(address: string) {
    this.#stream = new EventStream(address, {
      open: () => {
        this.connection = 'open';
        this.problem = null;
      },
      event: (event) => this.#apply(event),
      lost: (reason) => {
        this.connection = 'lost';
        this.problem = reason;
      },
    });
  }

  close(): void {
    this.#stream.close();
  }

  #apply(event: StudyEvent): void {
    switch (event.type) {
      case 'study':
        this.study = event.study;
        return;
      case 'ledger': {
        const { [event.ledger.paper]: _solved, ...others } = this.problems;
        this.problems = others;
        this.ledgers = { ...this.ledgers, [event.ledger.paper]: event.ledger };
        this.revision++;
        return;
      }
      case 'problem':
        this.problems = { ...this.problems, [event.paper]: event.message };
    }
  }
}
