import { SingleBar } from 'cli-progress';
import type { MeasureProgress } from '../run/index.ts';
import { writeLine, type Output } from './io.ts';

/** Shows how measuring goes on. */
export interface MeasuringDisplay {
  show(progress: MeasureProgress): void;
  note(text: string): void;
  end(): void;
}

/** A bar of the products on a terminal; elsewhere a line for each quantity, and one every few seconds. */
export const createMeasuringDisplay = (
  output: Output,
  clock: () => number = () => performance.now(),
): MeasuringDisplay => (output.isTTY === true ? barDisplay(output) : lineDisplay(output, clock));

function barDisplay(output: Output): MeasuringDisplay {
  const bar = new SingleBar({
    stream: output,
    format: '{bar} {value}/{total} products  {quantity}',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 24,
    hideCursor: true,
    clearOnComplete: true,
    // Ctrl-C belongs to the command.
    gracefulExit: false,
  });
  let shown: string | undefined;
  return {
    show({ quantity, products, of }) {
      if (shown !== quantity) bar.stop();
      if (!bar.isActive) bar.start(of, products, { quantity });
      else bar.update(products);
      shown = quantity;
    },
    note(text) {
      bar.stop();
      writeLine(output, text);
    },
    end: () => bar.stop(),
  };
}

/** Milliseconds between two lines of one quantity. */
const quiet = 5000;

function lineDisplay(output: Output, clock: () => number): MeasuringDisplay {
  let shown: string | undefined;
  let time = clock();
  return {
    show({ quantity, products, of }) {
      if (shown === quantity && clock() - time < quiet) return;
      [shown, time] = [quantity, clock()];
      writeLine(output, `measuring ${quantity}: ${products} of at most ${of} products`);
    },
    note: (text) => writeLine(output, text),
    end: () => undefined,
  };
}
