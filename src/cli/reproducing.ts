import { MultiBar, type SingleBar } from 'cli-progress';
import { Tally, type ReproduceMessage } from '../reproduce/index.ts';
import { formatClock } from './format.ts';
import { writeLine, type Output } from './io.ts';

/** Shows how a study goes on: bars on a terminal, a line for each trial elsewhere. */
export interface ReproduceDisplay {
  show(message: ReproduceMessage): void;
  note(text: string): void;
  end(): void;
}

/** The display for an output. `clock`: milliseconds that only grow. */
export const createReproduceDisplay = (
  output: Output,
  clock: () => number = () => performance.now(),
): ReproduceDisplay => (output.isTTY === true ? barDisplay(output, clock) : lineDisplay(output, clock));

/** The time that the rest will take. */
const timeLeft = ({ secondsLeft }: Tally): string =>
  secondsLeft === null ? 'time left unknown' : `${formatClock(secondsLeft)} left`;

function barDisplay(output: Output, clock: () => number): ReproduceDisplay {
  const tally = new Tally(clock);
  const bars = new MultiBar({
    stream: output,
    format: '{bar} {what}',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 24,
    hideCursor: true,
    clearOnComplete: true,
    gracefulExit: false,
  });
  const whole = bars.create(1, 0, { what: 'planning' });
  const running = new Map<string, SingleBar>();
  // What is logged waits for the next drawing, and the last drawing may be over.
  const note = (text: string): void => {
    if (!bars.isActive) return writeLine(output, text);
    bars.log(`${text}\n`);
    bars.update();
  };
  return {
    show(message) {
      tally.take(message);
      whole.setTotal(Math.max(1, tally.total));
      whole.update(tally.done, { what: `${tally.done}/${tally.total} trials, ${timeLeft(tally)}` });
      if (message.type === 'planned') return;
      const bar = running.get(message.id) ?? bars.create(1, 0, { what: message.id });
      running.set(message.id, bar);
      if (message.type === 'progress') bar.update(message.share, { what: message.id });
      if (message.type !== 'finished' && message.type !== 'failed') return;
      bars.remove(bar);
      running.delete(message.id);
      if (message.type === 'failed') note(`${message.id} failed: ${message.message}`);
    },
    note,
    end: () => bars.stop(),
  };
}

function lineDisplay(output: Output, clock: () => number): ReproduceDisplay {
  const tally = new Tally(clock);
  return {
    show(message) {
      tally.take(message);
      const place = `${tally.done}/${tally.total}`;
      if (message.type === 'planned')
        writeLine(output, `${message.trials} trials, ${message.finished} of them are there`);
      if (message.type === 'finished') writeLine(output, `${place} · ${message.id} · ${timeLeft(tally)}`);
      if (message.type === 'failed') writeLine(output, `${place} · ${message.id} failed: ${message.message}`);
    },
    note: (text) => writeLine(output, text),
    end: () => undefined,
  };
}
