import { expect, it } from 'vitest';
import { originText, runOriginSchema } from '../../src/contract/index.ts';

it('a run that was trained elsewhere says from which checkpoints it comes, and whose cosines it has', () => {
  const origin = runOriginSchema.parse({ kind: 'imported', folder: 'net', steps: [0, 5, 30], gradients: 'given' });
  const from = 'imported from the checkpoints of net';
  expect(originText(origin)).toBe(`${from}, steps 0 to 30; cosines are those of the gradients that they have`);
  expect(originText({ ...origin, gradients: 'steps' })).toMatch(/; cosines are those of the steps between them$/);
  const unnamed = originText({ ...origin, steps: [], gradients: 'computed' });
  expect(unnamed).toBe(`${from}; cosines are those of gradients computed on their batches`);
});
