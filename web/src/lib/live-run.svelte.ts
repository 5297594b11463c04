import type { RunEvent, RunFile, SeriesName } from '../../../src/contract/index.ts';
import { EventStream } from './event-stream.ts';
import type { Connection } from './run-list.svelte.ts';
import { SeriesBuffer } from './series-buffer.ts';

export type RunLogLine = Extract<RunEvent, { type: 'log' }>['lines'][number];
const logLimit = 5000;

/** Series that are measured now and then; between two measurements of all others a missing iteration is a gap. */
const evaluations: readonly SeriesName[] = [
  'train.loss',
  'train.accuracy',
  'validation.loss',
  'validation.accuracy',
  'test.loss',
  'test.accuracy',
];

/** One run as it stands on the server, live. `revision` grows, at most once a frame, when series have changed. */
export class LiveRun {
  file = $state.raw<RunFile | null>(null);
  log = $state.raw<readonly RunLogLine[]>([]);
  connection = $state<Connection>('connecting');
  problem = $state<string | null>(null);
  revision = $state(0);
  readonly #series = new Map<SeriesName, SeriesBuffer>();
  readonly #stream: EventStream<RunEvent>;
  #frame: number | null = null;
  #logStartsAnew = true;

  constructor(id: string) {
    this.#stream = new EventStream(`/api/runs/${encodeURIComponent(id)}/events`, {
      open: () => {
        this.connection = 'open';
        this.problem = null;
        this.#logStartsAnew = true;
      },
      event: (event) => this.#apply(event),
      lost: (reason) => {
        this.connection = 'lost';
        this.problem = reason;
      },
    });
  }

  series(name: SeriesName): SeriesBuffer {
    let buffer = this.#series.get(name);
    if (!buffer) {
      buffer = new SeriesBuffer(evaluations.includes(name) ? 'all' : 'consecutive');
      this.#series.set(name, buffer);
    }
    return buffer;
  }

  close(): void {
    this.#stream.close();
    if (this.#frame !== null) cancelAnimationFrame(this.#frame);
  }

  #apply(event: RunEvent): void {
    switch (event.type) {
      case 'run':
        this.file = event.run;
        break;
      case 'records':
        this.series(event.series).append(event.columns);
        this.#changed();
        break;
      case 'rewind':
        for (const buffer of this.#series.values()) buffer.rewind(event.iteration);
        this.#changed();
        break;
      case 'log':
        this.log = [...(this.#logStartsAnew ? [] : this.log), ...event.lines].slice(-logLimit);
        this.#logStartsAnew = false;
        break;
      default:
        event satisfies never;
    }
  }

  #changed(): void {
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = null;
      this.revision++;
    });
  }
}
