export type { Assessment, Hypothesis, Judgement, Measured, Verdict } from './claim.ts';
export { assess, judge, significance } from './judge.ts';
