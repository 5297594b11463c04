import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { specificationSchema, type Specification, type SpecificationInput } from '../../src/contract/index.ts';

/** What PyTorch saved, and computed of it (`tools/goldens/exchange.py`). */
export const exchange = resolve(import.meta.dirname, '../goldens/exchange');

interface Golden {
  readonly weights: { readonly loss: number; readonly halfLoss: number };
  readonly thalweg: { readonly loss: number };
  readonly trajectory: {
    readonly batchLosses: readonly number[];
    readonly segments: readonly (readonly number[])[];
    readonly gradientCosines: readonly number[];
    readonly gradientNorms: readonly number[];
    readonly stepCosines: readonly number[];
    readonly distances: readonly number[];
  };
}

export const golden = JSON.parse(readFileSync(join(exchange, 'golden.json'), 'utf8')) as Golden;

/** A specification on the examples of the goldens. */
export const onExchange = (changes: Partial<SpecificationInput> = {}): Specification =>
  specificationSchema.parse({
    data: { name: 'arrays', path: join(exchange, 'data.npz'), normalise: false, testShare: 0 },
    model: { name: 'mlp', hidden: [10] },
    optimizer: { name: 'sgd', learningRate: 0.5, batchSize: 20, momentum: 0.9 },
    duration: '4 iterations',
    threads: 1,
    ...changes,
  });
