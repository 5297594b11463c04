import type { RunListEntry } from './api/index.ts';
import type { RecordColumns, SeriesName } from './record.ts';
import type { RunFile } from './run.ts';

/** What a training process tells the process that started it. */
export type TrainerMessage =
  | {
      readonly type: 'started';
      readonly run: string;
      readonly directory: string;
      readonly totalIterations: number;
      readonly iteration: number;
    }
  | {
      readonly type: 'progress';
      readonly iteration: number;
      readonly totalIterations: number;
      readonly epoch: number;
      readonly loss: number;
      readonly iterationsPerSecond: number;
      readonly secondsLeft: number | null;
      /** What is happening right now. */
      readonly activity: 'training' | 'interpolating' | 'evaluating';
    }
  | { readonly type: 'log'; readonly level: 'info' | 'warn' | 'error'; readonly message: string }
  | { readonly type: 'ended'; readonly run: RunFile }
  | {
      readonly type: 'failed';
      readonly code: string;
      readonly message: string;
      readonly stack: string | null;
      readonly run: string | null;
    };

/** What the starting process tells a training process. `pause` holds it before its next update until `continue` or `stop`. */
export type TrainerCommand = { readonly type: 'stop' | 'pause' | 'continue' };

/** Server-sent events of one run. The event id is the newest `seq`, so that a client goes on where it stopped. */
export type RunEvent =
  | { readonly type: 'run'; readonly run: RunFile }
  | { readonly type: 'records'; readonly series: SeriesName; readonly columns: RecordColumns }
  /** Records at or after this iteration were withdrawn (a resume from an older checkpoint): drop them. */
  | { readonly type: 'rewind'; readonly iteration: number }
  | {
      readonly type: 'log';
      readonly lines: readonly { readonly time: number; readonly level: number; readonly message: string }[];
    };

/** Server-sent events of the list of runs. */
export type RunListEvent = { readonly type: 'runs'; readonly runs: readonly RunListEntry[] };
