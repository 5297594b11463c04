export { describeProblem, specificationProblems, type Problem } from './problem.ts';
export { discriminatorAt, formatPath, isContainer, isListAt, keysAt, valueAt, type Path } from './schema-walk.ts';
