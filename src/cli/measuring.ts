import { SingleBar } from 'cli-progress';
import { barOptions } from './bars.ts';
import { writeLine, type Output } from './io.ts';

/** How far work in this process has come. */
export interface WorkProgress {
  /** What is measured. */
  readonly what: string;
  readonly done: number;
  /** How many there are, or are at most. */
  readonly of: number;
}

/** Shows how measuring goes on. */
export interface MeasuringDisplay {
  show(progress: WorkProgress): void;
  note(text: string): void;
  end(): void;
}

/** What is counted, and whether its number is known before. */
export interface Counted {
  readonly unit: 'products' | 'points';
  readonly atMost: boolean;
}

/** A bar on a terminal; elsewhere a line for each thing that is measured, and one every few seconds. */
export const createMeasuringDisplay = (
  output: Output,
  counted: Counted,
  clock: () => number = () => performance.now(),
): MeasuringDisplay => (output.isTTY === true ? barDisplay(output, counted) : lineDisplay(output, counted, clock));

function barDisplay(output: Output, { unit, atMost }: Counted): MeasuringDisplay {
  const left = atMost ? '' : '  {eta_formatted} left';
  const bar = new SingleBar(barOptions(output, `{bar} {value}/{total} ${unit}  {what}${left}`));
  let shown: string | undefined;
  return {
    show({ what, done, of }) {
      if (shown !== what) bar.stop();
      if (!bar.isActive) bar.start(of, done, { what });
      else bar.update(done);
      shown = what;
    },
    note(text) {
      bar.stop();
      writeLine(output, text);
    },
    end: () => bar.stop(),
  };
}

/** Milliseconds between two lines of one thing. */
const quiet = 5000;

function lineDisplay(output: Output, { unit, atMost }: Counted, clock: () => number): MeasuringDisplay {
  let shown: string | undefined;
  let time = clock();
  return {
    show({ what, done, of }) {
      if (shown === what && clock() - time < quiet) return;
      [shown, time] = [what, clock()];
      writeLine(output, `measuring ${what}: ${done} of ${atMost ? 'at most ' : ''}${of} ${unit}`);
    },
    note: (text) => writeLine(output, text),
    end: () => undefined,
  };
}
