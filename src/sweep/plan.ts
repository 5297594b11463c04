import { ThalwegError } from '../base/index.ts';
import {
  flattenSpecification,
  type LeftOut,
  type Specification,
  type Sweep,
  type SweepAxis,
  type SweepCell,
} from '../contract/index.ts';
import { parseAssignment, type Assignment } from '../studies/index.ts';
import { gridSettings, gridValues, randomSettings, seedList, type Setting } from './axes.ts';
import { cellSpecifications } from './base.ts';
import { admission } from './constraints.ts';
import { definitionOf, digestOf, plannedId } from './identity.ts';
import type { QueuedRun } from './queue.ts';
import type { SweepFile } from './read.ts';

/** A run of a sweep. */
export interface SweepRun extends QueuedRun {
  /** Place of its cell in the plan. */
  readonly cell: number;
  readonly seed: number;
}

/** All runs of a sweep, cell by cell, seed by seed. */
export interface SweepPlan {
  readonly name: string;
  readonly source: Pick<SweepFile, 'path' | 'text'>;
  readonly axes: readonly SweepAxis[];
  readonly cells: readonly SweepCell[];
  readonly runs: readonly SweepRun[];
  readonly leftOut: LeftOut;
  readonly keep: Sweep['keep'];
  readonly halving: Sweep['stop']['halving'];
}

/** A cell with its specification. */
interface Planned {
  readonly cell: SweepCell;
  readonly specification: Specification;
  /** Place of the random draw in it. */
  readonly draw: number;
}

/**
 * Expands a sweep. Entries of the list come outermost, then the grid, the random draws innermost. Throws `SPECIFICATION_INVALID` with the
 * file and: an axis that names no key, a value that the schema refuses, two cells that would train the same, constraints
 * that leave nothing.
 *
 * @param sets `key=value` of the command line, each
 */
export function planSweep({ path, text, sweep }: SweepFile, sets: readonly string[] = []): SweepPlan {
  const commandLine = sets.map(parseAssignment);
  requireDistinctAxes(sweep, path, commandLine);
  const specificationOf = cellSpecifications(sweep, path, commandLine);
  const all = cellsOf(sweep).map(({ cell, draw }) => ({ cell, draw, specification: specificationOf(cell) }));
  const admitted = constrained(all, sweep, path);
  const cells = distinct(admitted, path);
  const leftOut = { constraints: all.length - admitted.length, repeated: admitted.length - cells.length };
  return {
    name: sweep.name,
    source: { path, text },
    axes: axesOf(sweep, cells),
    cells: cells.map(({ cell }) => cell),
    runs: cells.flatMap((planned, index) => runsOf(planned, index, sweep)),
    leftOut,
    keep: sweep.keep,
    halving: sweep.stop.halving,
  };
}

function cellsOf({ grid, list, random }: Sweep): { cell: SweepCell; draw: number }[] {
  const outer: readonly Setting[] = list.length > 0 ? list.map((entry) => Object.entries(entry)) : [[]];
  const middle = gridSettings(grid);
  const inner: readonly Setting[] = random ? randomSettings(random) : [[]];
  return outer.flatMap((entry) =>
    middle.flatMap((setting) =>
      inner.map((drawn, draw) => ({ cell: Object.fromEntries([...entry, ...setting, ...drawn]), draw })),
    ),
  );
}

function constrained(all: readonly Planned[], { constraints }: Sweep, file: string): readonly Planned[] {
  if (constraints.length === 0) return all;
  const flat = all.map(({ specification }) => flattenSpecification(specification));
  const keys = [...new Set(flat.flatMap((specification) => Object.keys(specification)))];
  const admits = admission(constraints, keys, file);
  const admitted = all.filter((_, index) => admits(flat[index]!));
  if (admitted.length > 0) return admitted;
  throw invalid(file, `constraints: expected to leave some of ${all.length} cells, got none`);
}

/** The cells without random draws that repeat earlier ones. Throws for two others that train the same. */
function distinct(planned: readonly Planned[], file: string): Planned[] {
  const seen = new Map<string, Planned>();
  const kept: Planned[] = [];
  for (const each of planned) {
    const definition = definitionOf({ ...each.specification, seed: 0 });
    const earlier = seen.get(definition);
    if (!earlier) {
      seen.set(definition, each);
      kept.push(each);
    } else if (earlier.draw === each.draw)
      throw invalid(file, `expected cells that differ, got ${cellText(earlier.cell)} and ${cellText(each.cell)}`);
  }
  return kept;
}

function runsOf({ cell, specification }: Planned, index: number, { name, seeds }: Sweep): SweepRun[] {
  const words = Object.values(cell).map(valueText);
  const title = Object.keys(cell).length > 0 ? { name: cellText(cell).slice(0, 200) } : {};
  return seedList(seeds).map((seed) => {
    const own: Specification = { ...specification, ...title, seed };
    const definition = definitionOf(own);
    return { id: plannedId(name, words, seed, definition), cell: index, seed, specification: own, definition };
  });
}

function axesOf({ grid, list, random }: Sweep, cells: readonly Planned[]): SweepAxis[] {
  const valuesIn = (key: string): unknown[] => {
    const values = new Map<string, unknown>();
    for (const { cell } of cells) if (Object.hasOwn(cell, key)) values.set(digestOf(cell[key]), cell[key]);
    return [...values.values()];
  };
  const axes = (keys: readonly string[], kind: SweepAxis['kind']): SweepAxis[] =>
    keys.map((key) => ({ key, kind, values: valuesIn(key) }));
  return [
    ...axes([...new Set(list.flatMap((entry) => Object.keys(entry)))], 'list'),
    ...axes(Object.keys(grid), 'grid'),
    ...axes(Object.keys(random?.axes ?? {}), 'random'),
  ];
}

/** A key is varied in one place only, and what is varied is not set; seeds have a key of their own. */
function requireDistinctAxes(
  { grid, list, random, set, seeds }: Sweep,
  file: string,
  sets: readonly Assignment[],
): void {
  const parts = { list: new Set(list.flatMap((entry) => Object.keys(entry))), grid: Object.keys(grid) };
  const all = [...parts.list, ...parts.grid, ...Object.keys(random?.axes ?? {})];
  const twice =
    all.find((key, index) => all.indexOf(key) !== index) ?? Object.keys(set).find((key) => all.includes(key));
  if (twice !== undefined) throw invalid(file, `${twice}: expected one place that gives it values, got two`);
  const isSeed = (key: string): boolean => key === 'seed';
  if ([...all, ...Object.keys(set)].some(isSeed)) throw invalid(file, 'seed: expected seeds under the key "seeds"');
  const varied = sets.find((assignment) => all.includes(assignment.path.join('.')) || assignment.path[0] === 'seed');
  if (varied)
    throw new ThalwegError('USAGE', `--set ${varied.path.join('.')}: expected a key that the sweep does not vary`);
  const list_ = seedList(seeds);
  const again = list_.find((seed, index) => list_.indexOf(seed) !== index);
  if (again !== undefined) throw invalid(file, `seeds: expected each once, got ${again} twice`);
  for (const [key, axis] of Object.entries(grid)) requireDistinctValues(gridValues(axis), `${file}: grid.${key}`);
}

function requireDistinctValues(values: readonly unknown[], subject: string): void {
  const digests = values.map(digestOf);
  const again = digests.findIndex((digest, index) => digests.indexOf(digest) !== index);
  if (again >= 0) throw invalid(subject, `expected values that differ, got ${valueText(values[again])} twice`);
}

/** `0.1`, `[64,64]`. */
export const valueText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** `learningRate 0.1, batchSize 32`: keys without what comes before their last dot, where that tells them apart. */
export function cellText(cell: SweepCell): string {
  const keys = Object.keys(cell);
  return keys.map((key) => `${shortKey(key, keys)} ${valueText(cell[key])}`).join(', ');
}

/** The last part of a key, where no other key ends in it. */
export function shortKey(key: string, keys: readonly string[]): string {
  const tail = key.slice(key.lastIndexOf('.') + 1);
  const isClear = Number.isNaN(Number(tail)) && keys.filter((other) => `.${other}`.endsWith(`.${tail}`)).length === 1;
  return isClear ? tail : key;
}

const invalid = (subject: string, message: string): ThalwegError =>
  new ThalwegError('SPECIFICATION_INVALID', `${subject}: ${message}`);
