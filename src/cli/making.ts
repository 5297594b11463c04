import { MultiBar, type SingleBar } from 'cli-progress';
import { Tally, type MakingMessage } from '../sweep/index.ts';
import { barOptions } from './bars.ts';
import { formatClock } from './format.ts';
import { writeLine, type Output } from './io.ts';

/** Shows how a study or a sweep goes on: bars on a terminal, a line for each trial or run elsewhere. */
export interface MakingDisplay {
  show(message: MakingMessage): void;
  note(text: string): void;
  end(): void;
}

/** The display for an output. `what` is made: runs or trials. `clock`: milliseconds that only grow. */
export const createMakingDisplay = (
  output: Output,
  what: string,
  clock: () => number = () => performance.now(),
): MakingDisplay => (output.isTTY === true ? barDisplay(output, what, clock) : lineDisplay(output, what, clock));

/** The time that the rest will take. */
const timeLeft = ({ secondsLeft }: Tally): string =>
  secondsLeft === null ? 'time left unknown' : `${formatClock(secondsLeft)} left`;

function barDisplay(output: Output, what: string, clock: () => number): MakingDisplay {
  const tally = new Tally(clock);
  const bars = new MultiBar(barOptions(output, '{bar} {what}'));
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
      whole.update(tally.done, { what: `${tally.done}/${tally.total} ${what}, ${timeLeft(tally)}` });
      if (message.type === 'note') note(message.message);
      if (message.type === 'planned' || message.type === 'note' || message.type === 'dropped') return;
      const bar = running.get(message.id) ?? bars.create(1, 0, { what: message.id });
      running.set(message.id, bar);
      if (message.type === 'progress') bar.update(message.share, { what: message.id });
      if (!['finished', 'standing', 'failed'].includes(message.type)) return;
      bars.remove(bar);
      running.delete(message.id);
      if (message.type === 'failed') note(`${message.id} failed: ${message.message}`);
    },
    note,
    end: () => bars.stop(),
  };
}

function lineDisplay(output: Output, what: string, clock: () => number): MakingDisplay {
  const tally = new Tally(clock);
  return {
    show(message) {
      tally.take(message);
      const place = `${tally.done}/${tally.total}`;
      if (message.type === 'planned')
        writeLine(output, `${message.total} ${what}, ${message.finished} of them are there`);
      if (message.type === 'note') writeLine(output, message.message);
      if (message.type === 'standing') writeLine(output, `${place} · ${message.id} stands at its decision`);
      if (message.type === 'finished') writeLine(output, `${place} · ${message.id} · ${timeLeft(tally)}`);
      if (message.type === 'failed') writeLine(output, `${place} · ${message.id} failed: ${message.message}`);
    },
    note: (text) => writeLine(output, text),
    end: () => undefined,
  };
}
