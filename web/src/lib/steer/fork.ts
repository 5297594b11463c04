import { clockOf, parseSpan } from '../../../../src/contract/index.ts';
import type { RunFile, Specification } from '../../../../src/contract/index.ts';
import { router } from '../router.svelte.ts';

/** Opens the dialog that forks the run in view at an iteration; Back closes it. */
export const openFork = (iteration: number): void => router.set({ fork: String(iteration) }, { step: true });

export const closeFork = (): void => router.set({ fork: null });

/** The update rule of update `at`, and the key of the specification under which it stands. */
export function ruleAt(file: RunFile, at: number): { readonly key: string; readonly rule: Specification['optimizer'] } {
  const { optimizer, changes } = file.specification;
  const index = changes.findLastIndex((change) => firstUpdate(file, change.at) <= at);
  return index < 0
    ? { key: 'optimizer', rule: optimizer }
    : { key: `changes.${index}.optimizer`, rule: changes[index]!.optimizer };
}

function firstUpdate(file: RunFile, at: string): number {
  const { count, unit } = parseSpan(at);
  return unit === 'epoch' ? clockOf(file).start(count) : count;
}

/** What a reader changed in the dialog. */
export interface ForkChanges {
  readonly rule: string;
  readonly learningRate: string;
  readonly batchSize: string;
  readonly duration: string;
  /** `key=value` on each line. */
  readonly others: string;
}

/** The changes as `--set` takes them; what is empty stays as it was. */
export function assignmentsOf(key: string, changes: ForkChanges): string[] {
  const named = [
    [`${key}.name`, changes.rule],
    [`${key}.learningRate`, changes.learningRate],
    [`${key}.batchSize`, changes.batchSize],
    ['duration', changes.duration],
  ] as const;
  return [
    ...named.flatMap(([name, value]) => (value.trim() === '' ? [] : [`${name}=${value.trim()}`])),
    ...changes.others.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim()])),
  ];
}
