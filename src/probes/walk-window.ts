import type { EpochClock, InterpolationSpecification } from '../contract/index.ts';

/** Whether update t is interpolated: its epoch (from 1) is chosen, and it is early enough in it. */
export function interpolates(
  { epochs, iterations }: InterpolationSpecification,
  iteration: number,
  clock: EpochClock,
): boolean {
  const { epoch, within } = clock.at(iteration);
  return (epochs === 'all' || epochs.includes(epoch + 1)) && (iterations === 'all' || within < iterations);
}
