import { statSync } from 'node:fs';
import { messageOf, ThalwegError } from '../base/index.ts';
import {
  flattenSpecification,
  noAnnotations,
  type Annotations,
  type RunFile,
  type RunListEntry,
} from '../contract/index.ts';
import { readAnnotations } from './annotations.ts';
import { isRunId } from './paths.ts';
import { readRunFile } from './run-file.ts';

/**
 * A run's folder as the list shows it, with the status that stands in `run.json`. A damaged run is an entry whose
 * `problem` says what is wrong; damaged annotations count as none, and `annotationsProblem` says what is wrong.
 */
export function readListEntry(directory: string, name: string): RunListEntry {
  const said = annotationsOf(directory);
  try {
    if (!isRunId(name))
      throw new ThalwegError(
        'RUN_INVALID',
        `${directory}: expected a folder named as a run can be, got ${JSON.stringify(name)}`,
      );
    return { ...entryOf(readRunFile(directory)), ...said };
  } catch (error) {
    return { ...damagedEntry(directory, name, messageOf(error)), ...said };
  }
}

type Said = Pick<RunListEntry, 'tags' | 'note' | 'archived' | 'annotationsProblem'>;

function annotationsOf(directory: string): Said {
  const said = ({ tags, note, archived }: Annotations, annotationsProblem: string | null): Said => ({
    tags,
    note,
    archived,
    annotationsProblem,
  });
  try {
    return said(readAnnotations(directory), null);
  } catch (error) {
    return said(noAnnotations, messageOf(error));
  }
}

function entryOf(file: RunFile): Omit<RunListEntry, keyof Said> {
  const { id, status, created, updated, iteration, totalIterations, parent, specification, summary } = file;
  return {
    id,
    name: specification.name ?? null,
    study: specification.study ?? null,
    scale: specification.scale ?? null,
    status,
    created,
    updated,
    iteration,
    totalIterations,
    parent: parent && { run: parent.run, iteration: parent.iteration },
    seed: specification.seed,
    optimizer: rulesOf(specification),
    trainLoss: summary?.trainLoss ?? null,
    trainAccuracy: summary?.trainAccuracy ?? null,
    validationLoss: summary?.validationLoss ?? null,
    validationAccuracy: summary?.validationAccuracy ?? null,
    testLoss: summary?.testLoss ?? null,
    testAccuracy: summary?.testAccuracy ?? null,
    barriers: summary?.barriers ?? null,
    interpolated: summary?.interpolated ?? null,
    meanHeight: summary?.meanHeight ?? null,
    distance: summary?.distance ?? null,
    seconds: summary?.seconds ?? null,
    parameters: file.parameters,
    specification: flattenSpecification(specification),
    problem: null,
  };
}

/** Names of the update rules in their order: `gd→sgd`. */
const rulesOf = ({ optimizer, changes }: RunFile['specification']): string =>
  [optimizer.name, ...changes.map((change) => change.optimizer.name)]
    .filter((name, index, names) => name !== names[index - 1])
    .join('→');

const unknown = {
  name: null,
  study: null,
  scale: null,
  iteration: 0,
  totalIterations: 0,
  parent: null,
  seed: 0,
  optimizer: '',
  trainLoss: null,
  trainAccuracy: null,
  validationLoss: null,
  validationAccuracy: null,
  testLoss: null,
  testAccuracy: null,
  barriers: null,
  interpolated: null,
  meanHeight: null,
  distance: null,
  seconds: null,
  parameters: null,
  specification: {},
} as const;

/** What can be said of a run whose file cannot be read. Its times are those of the folder. */
function damagedEntry(directory: string, id: string, problem: string): Omit<RunListEntry, keyof Said> {
  const changed = (statSync(directory, { throwIfNoEntry: false })?.mtime ?? new Date(0)).toISOString();
  return { ...unknown, id, status: 'failed', created: changed, updated: changed, problem };
}
