import { disposeTree, type Backend } from '../runtime/index.ts';
import { uploadSlots, type Stepper } from './gradient.ts';
import type { Slots } from './updating.ts';

/** Consecutive updates that one stepper makes. */
export interface StepperPhase {
  /** Its first update. */
  readonly from: number;
  /** What its rule remembers before that; null: what the update before left. */
  readonly slots: (() => Slots) | null;
  create(): Promise<Stepper>;
}

/**
 * A stepper that changes from one to the next. Only that of the current phase is compiled, so that a change takes no
 * memory; that of update `iteration` is compiled at once.
 *
 * @param phases in the order of their first updates, of which one is 0
 */
export async function createPhasedStepper(
  backend: Backend,
  phases: readonly StepperPhase[],
  iteration: number,
): Promise<Stepper> {
  let current: { readonly phase: StepperPhase; readonly stepper: Stepper } | null = null;
  const phaseOf = (update: number): StepperPhase => phases.findLast(({ from }) => from <= update)!;

  async function enter(phase: StepperPhase): Promise<Stepper> {
    if (current?.phase === phase) return current.stepper;
    await leave();
    const stepper = await phase.create();
    current = { phase, stepper };
    return stepper;
  }
  async function leave(): Promise<void> {
    const left = current;
    current = null;
    await left?.stepper.release();
  }

  await enter(phaseOf(iteration));
  return {
    async step(network, learningRate, update, slots) {
      const phase = phaseOf(update);
      const stepper = await enter(phase);
      if (phase.slots === null || update !== phase.from) return stepper.step(network, learningRate, update, slots);
      const fresh = uploadSlots(backend, phase.slots());
      try {
        return await stepper.step(network, learningRate, update, fresh);
      } finally {
        disposeTree(fresh);
      }
    },
    release: leave,
  };
}
