import type { InterpolationSpecification } from '../contract/index.ts';

/** Whether update t is interpolated: its epoch (from 1) is chosen, and it is early enough in it. */
export function interpolates(
  { epochs, iterations }: InterpolationSpecification,
  iteration: number,
  iterationsPerEpoch: number,
): boolean {
  const epoch = Math.floor(iteration / iterationsPerEpoch) + 1;
  const within = iteration % iterationsPerEpoch;
  return (epochs === 'all' || epochs.includes(epoch)) && (iterations === 'all' || within < iterations);
}
