import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { prepare } from '../../src/run/prepare.ts';
import { readCheckpoint } from '../../src/store/index.ts';
import { Evaluator } from '../../src/train/index.ts';
import { specificationSchema, type SpecificationInput } from '../../src/contract/index.ts';
import {
  checkpointBytes,
  checkpointPath,
  execute,
  failureOf,
  fileAndLog,
  hooks,
  recordsOf,
  resume,
  runsFolder,
  smallDescent,
  smallRun,
  valuesOf,
} from './support.ts';

const model = { name: 'fc6', units: 8 } as const;
const sgd = (changes: Partial<SpecificationInput> = {}) => smallRun({ model, ...changes });
const descent = () => smallDescent({ model });

describe.each([
  ['mini-batches', sgd],
  ['the full batch', descent],
])('a run of a network with batch normalisation by %s', (_, specification) => {
  it('that is stopped between checkpoints and resumed ends with the bytes and records of one that was not', async () => {
    const folder = runsFolder();
    await execute(specification(), folder, 'whole');
    await execute(specification(), folder, 'parts', hooks(7));
    await resume(folder, 'parts');
    expect(checkpointBytes(folder, 16, 'parts')).toBe(checkpointBytes(folder, 16, 'whole'));
    expect(recordsOf(folder, 'parts')).toEqual(recordsOf(folder, 'whole'));
  });

  it('interpolates from the loss at θ_t, neighbours meeting exactly', async () => {
    const folder = runsFolder();
    await execute(specification(), folder);
    const { coordinate, value, iteration } = recordsOf(folder)['interpolation.loss']!;
    const at = (alpha: number, t: number) =>
      value[iteration.findIndex((other, index) => other === t && coordinate[index] === alpha)];
    expect(at(1, 0)).toBeDefined();
    expect(at(1, 0)).toBe(at(0, 1));
    expect(at(0, 0)).toBeGreaterThan(0);
  });
});

describe('a checkpoint of a network with batch normalisation', () => {
  it('has the running statistics under PyTorch’s names, beside the parameters', async () => {
    const folder = runsFolder();
    await execute(sgd({ probes: [] }), folder);
    const { tensors } = readCheckpoint(checkpointPath(folder, 16));
    const names = Object.keys(tensors);
    expect(names).toContain('2.weight');
    expect(names.filter((name) => name.includes('running')).sort()).toEqual(
      [2, 5, 8, 11, 14].flatMap((layer) => [`${layer}.running_mean`, `${layer}.running_var`]).sort(),
    );
    expect(Array.from(tensors['2.running_mean']!.data as Float32Array).every((value) => value !== 0)).toBe(true);
  });
});

describe('interpolation by running statistics', () => {
  it('begins with the training loss that is evaluated', async () => {
    const folder = runsFolder();
    await execute(
      sgd({ probes: [{ kind: 'interpolation', points: 3, batchNorm: 'running' }], evaluate: '1 iteration' }),
      folder,
    );
    const { coordinate, value } = recordsOf(folder)['interpolation.loss']!;
    const starts = Array.from(value).filter((_, index) => coordinate[index] === 0);
    expect(starts).toEqual(valuesOf(folder, 'train.loss').slice(0, 16));
  });
});

describe('interpolation from a checkpoint', () => {
  it('has the loss of the checkpoint itself at α = 0, its running statistics included', async () => {
    const folder = runsFolder();
    const specification = sgd({ probes: [{ kind: 'interpolation', points: 3, batchNorm: 'running' }] });
    await execute(specification, folder);
    const { coordinate, value, iteration } = recordsOf(folder)['interpolation.loss']!;
    const prepared = await prepare(specification, {});
    const set = prepared.chunked(prepared.evaluationSet('all'));
    const evaluator = await Evaluator.create(prepared.runtime, prepared.objective, set);
    const stored = fileAndLog(folder).checkpoints.filter((t) => t < 16);
    expect(stored.length).toBeGreaterThan(0);
    for (const t of stored) {
      const { tensors } = readCheckpoint(checkpointPath(folder, t));
      const { parameters, buffers } = prepared.objective.model;
      const named = (declared: readonly { readonly name: string }[]) =>
        Object.fromEntries(declared.map(({ name }) => [name, tensors[name]!]));
      const { loss } = await evaluator.evaluate(named(parameters), named(buffers));
      expect(value[iteration.findIndex((at, index) => at === t && coordinate[index] === 0)], `at ${t}`).toBe(loss);
    }
    await evaluator.release();
    await prepared.close();
  });
});

describe('a model that does not suit the data', () => {
  it('fails by its first layer, before the run has a folder', async () => {
    const folder = runsFolder();
    const error = await failureOf(execute(smallRun({ model: { name: 'lenet' } }), folder));
    expect(error.code).toBe('GRAPH_SHAPE');
    expect(error.message).toBe(
      'model lenet for examples [40]: conv2d layer conv1: expected images [channels, height, width], got examples [40]',
    );
    expect(readdirSync(folder)).toEqual([]);
  });

  it('of a depth that is not 6n+2 is refused by the specification', () => {
    const result = specificationSchema.safeParse({ ...smallRun(), model: { name: 'resnet', depth: 21 } });
    expect(result.error?.issues[0]).toMatchObject({
      path: ['model', 'depth'],
      message: 'expected a depth of 6n+2 (8, 14, 20, 32, 44, 56, …)',
    });
  });
});
