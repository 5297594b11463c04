import { statSync } from 'node:fs';
import { messageOf, ThalwegError } from '../base/index.ts';
import {
  flattenSpecification,
  noAnnotations,
  noFinalFigures,
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
    ...finalFigures(summary),
    parameters: file.parameters,
    specification: flattenSpecification(specification),
    problem: null,
  };
}

function finalFigures(summary: RunFile['summary']): FinalFigures {
  if (!summary) return noFigures;
  const { iterations: _iterations, epochs: _epochs, probes: _probes, ...figures } = summary;
  return figures;
}

/** Names of the update rules in their order: `gd→sgd`. */
const rulesOf = ({ optimizer, changes }: RunFile['specification']): string =>
  [optimizer.name, ...changes.map((change) => change.optimizer.name)]
    .filter((name, index, names) => name !== names[index - 1])
    .join('→');

type FinalFigures = Pick<RunListEntry, keyof typeof noFinalFigures | 'seconds'>;
const noFigures: FinalFigures = { ...noFinalFigures, seconds: null };

const unknown = {
  name: null,
  study: null,
  scale: null,
  iteration: 0,
  totalIterations: 0,
  parent: null,
  seed: 0,
  optimizer: '',
  ...noFigures,
  parameters: null,
  specification: {},
} as const;

/** What can be said of a run whose file cannot be read. Its times are those of the folder. */
function damagedEntry(directory: string, id: string, problem: string): Omit<RunListEntry, keyof Said> {
  const changed = (statSync(directory, { throwIfNoEntry: false })?.mtime ?? new Date(0)).toISOString();
  return { ...unknown, id, status: 'failed', created: changed, updated: changed, problem };
}
