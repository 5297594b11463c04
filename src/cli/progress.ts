import { SingleBar } from 'cli-progress';
import type { TrainerMessage } from '../contract/index.ts';
import { barOptions } from './bars.ts';
import { formatClock, formatNumber } from './format.ts';
import { writeLine, type Output } from './io.ts';

/** Shows how training goes on: a bar on a terminal, plain lines elsewhere. */
export interface ProgressDisplay {
  show(message: TrainerMessage): void;
  /** A line of its own. */
  note(text: string): void;
  /** Ends the display; notes may follow. */
  end(): void;
}

/** The display for an output. `clock`: milliseconds that only grow. */
export function createProgress(output: Output, clock: () => number = () => performance.now()): ProgressDisplay {
  return output.isTTY === true ? barDisplay(output) : lineDisplay(output, clock);
}

type Progress = Extract<TrainerMessage, { type: 'progress' }>;

const logText = ({ level, message }: Extract<TrainerMessage, { type: 'log' }>): string =>
  level === 'info' ? message : `${level}: ${message}`;

const timeLeft = ({ secondsLeft }: Progress): string =>
  secondsLeft === null ? 'time left unknown' : `${formatClock(secondsLeft)} left`;

const rate = ({ iterationsPerSecond }: Progress): string =>
  `${formatNumber(Number(iterationsPerSecond.toPrecision(3)))} it/s`;

function barDisplay(output: Output): ProgressDisplay {
  const bar = new SingleBar(barOptions(output, '{bar} {value}/{total}  loss {loss}  {rate}  {left}  {activity}'));
  let shown: Shown = { iteration: 0, total: 0, fields: { loss: '–', rate: '– it/s', left: '', activity: 'starting' } };
  const begin = (next: Shown): void => {
    shown = next;
    bar.start(next.total, next.iteration, next.fields);
  };
  const note = (text: string): void => {
    // The bar clears the line where it began; after a note it begins anew below.
    const active = bar.isActive;
    bar.stop();
    writeLine(output, text);
    if (active) begin(shown);
  };
  return {
    show(message) {
      if (message.type === 'started') {
        begin({ ...shown, iteration: message.iteration, total: message.totalIterations });
      } else if (message.type === 'progress') {
        const { iteration, totalIterations: total, activity } = message;
        const fields = { loss: formatNumber(message.loss), rate: rate(message), left: timeLeft(message), activity };
        shown = { iteration, total, fields };
        bar.update(iteration, fields);
      } else if (message.type === 'log') note(logText(message));
    },
    note,
    end: () => bar.stop(),
  };
}

interface Shown {
  readonly iteration: number;
  readonly total: number;
  readonly fields: Readonly<Record<'loss' | 'rate' | 'left' | 'activity', string>>;
}

/** Milliseconds between two lines, unless a tenth of the way was made. */
const quiet = 5000;

function lineDisplay(output: Output, clock: () => number): ProgressDisplay {
  let [time, tenth] = [clock(), 0];
  const isDue = ({ iteration, totalIterations }: Progress): boolean => {
    const reached = Math.floor((10 * iteration) / Math.max(1, totalIterations));
    if (reached === tenth && clock() - time < quiet) return false;
    [time, tenth] = [clock(), reached];
    return true;
  };
  return {
    show(message) {
      if (message.type === 'log') writeLine(output, logText(message));
      if (message.type === 'started') {
        [time, tenth] = [clock(), Math.floor((10 * message.iteration) / Math.max(1, message.totalIterations))];
      }
      if (message.type === 'progress' && isDue(message)) writeLine(output, progressLine(message));
    },
    note: (text) => writeLine(output, text),
    end: () => undefined,
  };
}

function progressLine(message: Progress): string {
  const { iteration, totalIterations } = message;
  const share = Math.round((100 * iteration) / Math.max(1, totalIterations));
  const place = `iteration ${iteration}/${totalIterations} (${share} %)`;
  return [place, `loss ${formatNumber(message.loss)}`, rate(message), timeLeft(message), message.activity].join(' · ');
}
