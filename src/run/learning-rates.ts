import type { Specification } from '../contract/index.ts';
import { loadDataSet } from '../data/index.ts';
import { courseOf, learningRateAt } from './phases.ts';

/**
 * The learning rate of each update of a specification, without training. The data are loaded for the length of an epoch.
 * Throws what loading data throws, and `SPECIFICATION_INVALID` for batches or changes that cannot be.
 */
export async function learningRates(
  specification: Specification,
  dataDirectory: string | undefined,
): Promise<Float64Array> {
  const { seed } = specification;
  const data = await loadDataSet(specification.data, { seed, ...(dataDirectory ? { dataDirectory } : {}) });
  const course = courseOf(specification, data.train.count);
  return Float64Array.from({ length: course.totalIterations }, (_, t) => learningRateAt(course, t));
}
