export * from './example-evaluator.ts';
export { affineHessianTrace, giniImpurity, marginBound, outputMargin, softmaxMargin } from './margins.ts';
export type { MeasuredNetwork } from './network.ts';
