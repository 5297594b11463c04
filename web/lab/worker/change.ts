import { specificationSchema, type Specification } from '../../../src/contract/index.ts';
import type { Optimizer } from '../src/lib/messages.ts';

/** The specification whose course is what was done so far and then goes on by `optimizer`. */
export function changed(specification: Specification, iteration: number, optimizer: Optimizer): Specification {
  if (iteration === 0) return specificationSchema.parse({ ...specification, optimizer });
  const at = `${iteration} iterations`;
  const changes = specification.changes.filter((change) => change.at !== at);
  return specificationSchema.parse({ ...specification, changes: [...changes, { at, optimizer }] });
}
