import type { RunListEntry, RunOrder, RunValue } from '../../../src/contract/index.ts';
import { number, percent, whole } from './format.ts';

/** What can stand in a column beside the keys of runs. */
export const curveColumn = 'curve';

const titles: Readonly<Record<string, string>> = {
  status: 'Status',
  progress: 'Progress',
  curve: 'Loss curve',
  rules: 'Optimiser',
  created: 'Created',
  updated: 'Updated',
  iteration: 'Iteration',
  totalIterations: 'Iterations',
  parent: 'Forked from',
  parameters: 'Parameters',
  trainLoss: 'Training loss',
  trainAccuracy: 'Training accuracy',
  validationLoss: 'Validation loss',
  validationAccuracy: 'Validation accuracy',
  testLoss: 'Test loss',
  testAccuracy: 'Test accuracy',
  barriers: 'Barriers',
  interpolated: 'Interpolated updates',
  meanHeight: 'Mean height',
  distance: 'Distance',
  seconds: 'Seconds',
  seed: 'Seed',
  study: 'Study',
  scale: 'Scale',
  archived: 'Archived',
  tag: 'Tags',
  note: 'Note',
  problem: 'Problem',
};

/** `optimizer.learningRate` as "learning rate"; keys that several branches have keep their place: `probes.0.every`. */
export function columnTitle(key: string): string {
  if (Object.hasOwn(titles, key)) return titles[key]!;
  const [branch, leaf, ...rest] = key.split('.');
  if (leaf === undefined || rest.length > 0 || branch === 'data' || leaf === 'name') return key;
  const words = leaf.replace(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`);
  return words[0]!.toUpperCase() + words.slice(1);
}

const shares: readonly string[] = ['trainAccuracy', 'validationAccuracy', 'testAccuracy', 'progress'];
const counts: readonly string[] = ['iteration', 'totalIterations', 'parameters', 'barriers', 'interpolated'];
const figures: readonly string[] = ['trainLoss', 'validationLoss', 'testLoss', 'meanHeight', 'distance', 'seconds'];

/** Whether a key is a share of examples, or of the way. */
export const isShare = (key: string): boolean => shares.includes(key);

/** Whether a column holds numbers that were measured or counted, which stand at the right. */
export const isNumeric = (key: string): boolean =>
  key !== 'progress' && ([...shares, ...counts, ...figures].includes(key) || key === 'seed');

/** A value as the table shows it. Values of specifications are shown as they were written. */
export function formatValue(key: string, value: RunValue | null): string {
  if (value === null) return '–';
  if (typeof value === 'number') {
    if (isShare(key)) return percent(value);
    if (counts.includes(key)) return whole(value);
    if (figures.includes(key)) return number(value);
    return String(value);
  }
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return value;
}

/** The columns of a list when none were chosen. */
export function defaultColumns(runs: readonly RunListEntry[]): string[] {
  const has = (value: (run: RunListEntry) => unknown): boolean => runs.some((run) => value(run) !== null);
  return [
    'status',
    'progress',
    curveColumn,
    'optimizer.learningRate',
    'trainLoss',
    ...(has(({ validationAccuracy }) => validationAccuracy) ? ['validationAccuracy'] : []),
    'testAccuracy',
    'updated',
  ];
}

/** Columns in an address: names with commas. */
export const readColumns = (text: string | null): string[] | null =>
  text === null ? null : [...new Set(text.split(',').filter((name) => name !== ''))];

/** An order in an address: a key, with `-` before it when the largest comes first. */
export function readOrder(text: string | null, standard: RunOrder): RunOrder {
  if (text === null || text === '' || text === '-') return standard;
  return text.startsWith('-') ? { key: text.slice(1), descending: true } : { key: text, descending: false };
}
export const writeOrder = ({ key, descending }: RunOrder): string => (descending ? `-${key}` : key);

/** The order after its column's title was chosen: figures and names begin with the smallest, times with the newest; then the other way round. */
export function nextOrder({ key, descending }: RunOrder, chosen: string): RunOrder {
  if (chosen === key) return { key, descending: !descending };
  return { key: chosen, descending: chosen === 'created' || chosen === 'updated' };
}

/** Widths of columns, in rem. They are fixed, so that nothing jumps while one scrolls through rows of other lengths. */
const widths: Readonly<Record<string, number>> = {
  status: 7.4,
  progress: 7.6,
  curve: 8.8,
  created: 8.8,
  updated: 8.8,
  parent: 14,
  seed: 4.5,
  'optimizer.learningRate': 7,
};
export const columnWidth = (key: string): number => widths[key] ?? (isNumeric(key) ? 7.4 : 9);
