import { spanIterations, type Specification } from '../contract/index.ts';
import { loadDataSet } from '../data/index.ts';
import { scheduleAt } from '../optim/index.ts';
import { epochLength } from './prepare.ts';

/**
 * The learning rate of each update of a specification, without training. The data are loaded for the length of an epoch.
 * Throws what loading data throws.
 */
export async function learningRates(
  specification: Specification,
  dataDirectory: string | undefined,
): Promise<Float64Array> {
  const { seed, duration, optimizer } = specification;
  const data = await loadDataSet(specification.data, { seed, ...(dataDirectory ? { dataDirectory } : {}) });
  const perEpoch = epochLength(specification, data.train.count);
  const length = spanIterations(duration, perEpoch);
  return Float64Array.from({ length }, (_, t) => scheduleAt(optimizer.learningRate, t, perEpoch));
}
