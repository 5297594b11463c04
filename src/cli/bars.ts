import type { Options } from 'cli-progress';
import type { Output } from './io.ts';

/** How bars of progress look, and what they leave to the command. `format`: what stands in a bar, as cli-progress reads it. */
export const barOptions = (output: Output, format: string): Options => ({
  stream: output,
  format,
  barCompleteChar: '█',
  barIncompleteChar: '░',
  barsize: 24,
  hideCursor: true,
  clearOnComplete: true,
  // Ctrl-C belongs to the command: it stops its work first.
  gracefulExit: false,
});
