import type { RunOrigin } from '../run.ts';

const cosines: Readonly<Record<RunOrigin['gradients'], string>> = {
  given: 'the gradients that they have',
  computed: 'gradients computed on their batches',
  steps: 'the steps between them',
};

/** Where a run came from that was trained elsewhere, and whose cosines it has. */
export function originText({ folder, steps, gradients }: RunOrigin): string {
  const [first, last] = [steps.at(0), steps.at(-1)];
  const named = first === undefined ? '' : `, steps ${first} to ${last}`;
  return `imported from the checkpoints of ${folder}${named}; cosines are those of ${cosines[gradients]}`;
}
