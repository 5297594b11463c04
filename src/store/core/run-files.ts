import { runFileSchema } from '../../contract/index.ts';

/** What lies in the folder of a run. Nothing else holds its truth. */
export const runFiles = {
  file: 'run.json',
  metrics: 'metrics.db',
  checkpoints: 'checkpoints',
  measurements: 'measurements',
  landscapes: 'landscapes',
  log: 'log.jsonl',
  annotations: 'annotations.json',
  lock: 'lock',
} as const;

/** True for names that a run can have: lower-case letters, digits, ".", "_" and "-", at most 128, no separator. */
export const isRunId = (name: string): boolean => runFileSchema.shape.id.safeParse(name).success;
