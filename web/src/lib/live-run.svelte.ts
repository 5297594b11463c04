import { decodeCurveWindow } from '../../../src/contract/index.ts';
import type { CurveWindow, RunEvent, RunFile, SeriesName } from '../../../src/contract/index.ts';
import { ask } from './api.ts';
import { EventStream } from './event-stream.ts';
import type { Connection } from './run-list.svelte.ts';
import { RemoteCurve, type AskWindow, type WindowRequest } from './remote-curve.ts';
import { runAddress } from './routes.ts';

export type RunLogLine = Extract<RunEvent, { type: 'log' }>['lines'][number];
const logLimit = 5000;

/** One run as it stands on the server, live. `revision` grows, at most once a frame, when series have changed. */
export class LiveRun {
  file = $state.raw<RunFile | null>(null);
  log = $state.raw<readonly RunLogLine[]>([]);
  connection = $state<Connection>('connecting');
  problem = $state<string | null>(null);
  revision = $state(0);
  readonly #series = new Map<SeriesName, RemoteCurve>();
  readonly #askWindow: AskWindow;
  readonly #stream: EventStream<RunEvent>;
  #frame: number | null = null;
  #logStartsAnew = true;
  /** The place in the history from which on events come; 0 before the first. */
  #place = 0;

  constructor(id: string) {
    this.#askWindow = (series, request, signal) => askWindow(id, series, request, signal);
    const handlers = {
      open: () => {
        this.connection = 'open';
        this.problem = null;
        this.#logStartsAnew = true;
        this.#changed();
      },
      event: (event: RunEvent, place: string) => this.#apply(event, Number(place)),
      lost: (reason: string | null) => {
        this.connection = 'lost';
        this.problem = reason;
      },
    };
    // What is past comes as windows of the series that are shown.
    this.#stream = new EventStream<RunEvent>(`/api${runAddress(id)}/events`, handlers, 'newest');
  }

  /** A series of the run: its past as a picture from the server, and the records that come. */
  series(name: SeriesName): RemoteCurve {
    let curve = this.#series.get(name);
    if (!curve) {
      curve = new RemoteCurve(name, this.#askWindow, () => this.#changed());
      curve.require(this.#place);
      this.#series.set(name, curve);
    }
    return curve;
  }

  close(): void {
    this.#stream.close();
    for (const curve of this.#series.values()) curve.close();
    if (this.#frame !== null) cancelAnimationFrame(this.#frame);
  }

  #apply(event: RunEvent, place: number): void {
    switch (event.type) {
      case 'run':
        this.file = event.run;
        if (this.#place === 0) this.#beginAt(place);
        break;
      case 'records':
        this.#series.get(event.series)?.append(event.columns);
        this.#changed();
        break;
      case 'rewind':
        for (const curve of this.#series.values()) curve.rewind(event.iteration);
        // Another run may have taken the name: its places are others.
        if (event.iteration === 0) this.#place = 0;
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

  /** Events come from this place on: everything before it has to be in the pictures. */
  #beginAt(place: number): void {
    this.#place = place;
    for (const curve of this.#series.values()) curve.require(place);
  }

  #changed(): void {
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = null;
      this.revision++;
    });
  }
}

/** Asks the server for a window of a series of a run. Throws what `ask` throws, and `ANSWER_INVALID`. */
async function askWindow(
  run: string,
  series: SeriesName,
  request: WindowRequest,
  signal: AbortSignal,
): Promise<CurveWindow> {
  const query = new URLSearchParams(Object.entries(request).map(([key, value]) => [key, String(value)]));
  const response = await ask(`${runAddress(run)}/curves/${series}?${query.toString()}`, { signal });
  return decodeCurveWindow(await response.arrayBuffer());
}
