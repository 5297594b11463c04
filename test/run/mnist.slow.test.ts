import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { specificationSchema } from '../../src/contract/index.ts';
import { executeRun } from '../../src/run/index.ts';
import { walkMlpMnist } from '../../src/studies/walk/mlp-mnist.ts';
import { checkpointBytes, hooks, recordsOf, runsFolder } from './support.ts';

const data = process.env['THALWEG_DATA'] ?? fileURLToPath(new URL('../../../shared/data', import.meta.url));

const specification = specificationSchema.parse({
  ...walkMlpMnist.specification('smoke'),
  duration: '5 iterations',
  evaluate: '1 iteration',
  checkpoints: { every: '5 iterations' },
  threads: 2,
});

it('the walk on MNIST repeats bit for bit, and its interpolations begin and end with the bits of the training loss', async () => {
  expect(existsSync(data), `MNIST is read from $THALWEG_DATA or ${data}`).toBe(true);
  const runs = runsFolder();
  for (const id of ['one', 'same'])
    await executeRun({ specification, runsDirectory: runs, dataDirectory: data, id }, hooks());
  const records = recordsOf(runs, 'one');
  expect(recordsOf(runs, 'same')).toEqual(records);
  expect(checkpointBytes(runs, 5, 'same') === checkpointBytes(runs, 5, 'one')).toBe(true);

  const [train, interpolated] = [records['train.loss']!, records['interpolation.loss']!];
  const at = (alpha: number): number[] => [
    ...interpolated.value.filter((_, row) => interpolated.coordinate[row] === alpha),
  ];
  expect(at(0)).toEqual([...train.value.slice(0, 5)]);
  expect(at(1)).toEqual([...train.value.slice(1)]);
  expect(at(0.5)).not.toContain(train.value[0]);
});
