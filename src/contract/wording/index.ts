export { originText } from './origin.ts';
export { describeProblem, specificationProblems, type Problem } from './problem.ts';
export {
  discriminatorAt,
  formatPath,
  isContainer,
  isListAt,
  keysAt,
  valueAt,
  type Path,
  type Schema,
} from './schema-walk.ts';
