import { SingleBar } from 'cli-progress';
import type { TrainerMessage } from '../contract/index.ts';
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
  const bar = new SingleBar({
    stream: output,
    format: '{bar} {value}/{total}  loss {loss}  {rate}  {left}  {activity}',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 24,
    hideCursor: true,
    clearOnComplete: true,
    // Ctrl-C belongs to the command: it stops training first.
    gracefulExit: false,
  });
  const note = (text: string): void => {
    // The bar is drawn again below the note at its next update.
    output.write(bar.isActive ? '\r\u001b[K' : '');
    writeLine(output, text);
  };
  return {
    show(message) {
      if (message.type === 'started') {
        bar.start(message.totalIterations, message.iteration, {
          loss: '–',
          rate: '– it/s',
          left: '',
          activity: 'starting',
        });
      } else if (message.type === 'progress') {
        const { iteration, activity } = message;
        bar.update(iteration, {
          loss: formatNumber(message.loss),
          rate: rate(message),
          left: timeLeft(message),
          activity,
        });
      } else if (message.type === 'log') note(logText(message));
    },
    note,
    end: () => bar.stop(),
  };
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
