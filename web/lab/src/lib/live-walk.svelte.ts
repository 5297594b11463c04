import { onDestroy, untrack } from 'svelte';
import type { SpecificationInput } from '../../../../src/contract/index.ts';
import type { LabDevice, Optimizer } from './messages.ts';
import { Training } from './training.svelte.ts';

/** What a lesson's choices say of its walk. */
export interface WalkChoices {
  readonly seed: number;
  readonly device: LabDevice;
  readonly optimizer: Optimizer;
  /** Examples and network, where the reader chooses them; default: those of the lesson. */
  readonly chosen?: Partial<Pick<SpecificationInput, 'data' | 'model'>>;
}

/** A walk that follows a lesson's choices as long as the lesson is open. */
export interface LiveWalk {
  readonly training: Training;
  /** Begins anew with the choices as they are. */
  readonly restart: () => void;
  /** The same, as a run that the browser keeps. */
  readonly keep: () => void;
}

/** Where a kept walk can go on from, when its tab was closed. */
const checkpoints = { every: '50 iterations', keep: 2 };

/**
 * Trains while the lesson is open: another seed, device or network begins anew, another update rule goes on from where the walk stands. For the
 * initialisation of a component.
 *
 * @param rest of the specification, beside seed and rule
 */
export function liveWalk(rest: Omit<SpecificationInput, 'seed' | 'optimizer'>, choices: () => WalkChoices): LiveWalk {
  const training = new Training();
  onDestroy(() => training.close());
  const begin = (isKept: boolean): void => {
    const { seed, device, optimizer, chosen } = choices();
    training.start({ checkpoints, ...rest, ...chosen, seed, optimizer }, device, isKept);
  };
  const restart = (): void => begin(false);
  const beginning = $derived(JSON.stringify([choices().seed, choices().device, choices().chosen]));
  const rule = $derived(JSON.stringify(choices().optimizer));
  $effect(() => {
    void beginning;
    untrack(restart);
  });
  let known = untrack(() => rule);
  $effect(() => {
    if (rule === known) return;
    known = rule;
    training.change(untrack(choices).optimizer);
  });
  return { training, restart, keep: () => begin(true) };
}
