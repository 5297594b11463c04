export { importRun, type ImportRequest } from './import.ts';
export { createFollowingStepper, type Trajectory } from './stepper.ts';
