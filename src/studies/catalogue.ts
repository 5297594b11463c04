import { suggest, ThalwegError } from '../base/index.ts';
import { networkStudies } from './networks.ts';
import { quickstart } from './quickstart.ts';
import type { Study } from './study.ts';
import { walkMlpMnist } from './walk/mlp-mnist.ts';

/** Every study, in the order in which lists show them. */
export const studies: readonly Study[] = [quickstart, walkMlpMnist, ...networkStudies];

/** The study of that name. Throws `STUDY_UNKNOWN` with the nearest name. */
export function findStudy(name: string): Study {
  const study = studies.find((candidate) => candidate.name === name);
  if (study) return study;
  const names = studies.map((candidate) => candidate.name);
  throw new ThalwegError('STUDY_UNKNOWN', `study: unknown name ${JSON.stringify(name)}, ${suggest(name, names)}`);
}
