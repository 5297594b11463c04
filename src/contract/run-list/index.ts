export { descendantsOf } from './descent.ts';
export { findRunKey, flattenSpecification, runFacts, runKeys, runValue } from './keys.ts';
export type { FlatSpecification, FoundKey, RunValue } from './keys.ts';
export { byAge, newestFirst, sortRuns, type RunOrder } from './order.ts';
export {
  fulfils,
  parseRunQuery,
  specificationFulfils,
  type ConditionOperator,
  type RunCondition,
  type RunQuery,
} from './query.ts';
