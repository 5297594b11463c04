import type { SweepRecord, SweepRunStanding } from '../../contract/index.ts';
import { canShow, scaled, unscaled, type Scale } from '../axis.ts';
import { shortNumber, tickLabel } from '../ticks.ts';

/** The axis of the seeds, which every sweep has. */
export const seedKey = 'seed';

/** The setting of a run for an axis; undefined where its cell has none. */
export const settingOf = (
  { cells }: SweepRecord,
  run: Pick<SweepRunStanding, 'cell' | 'seed'>,
  key: string,
): unknown => (key === seedKey ? run.seed : cells[run.cell]?.[key]);

/** What a sweep varies, and which values it takes in their order: numbers by size, others as the sweep names them. */
export interface SettingAxis {
  readonly key: string;
  readonly title: string;
  readonly values: readonly unknown[];
  readonly isNumeric: boolean;
}

/** The axes of a sweep in the order of its file, then its seeds where it has several. */
export function settingAxes({ axes, runs }: SweepRecord): SettingAxis[] {
  const keys = axes.map(({ key }) => key);
  const seeds = [...new Set(runs.map(({ seed }) => seed))];
  const own = axes.map(({ key, values }) => axisOf(key, keys, values));
  return seeds.length > 1 || own.length === 0 ? [...own, axisOf(seedKey, keys, seeds)] : own;
}

function axisOf(key: string, keys: readonly string[], values: readonly unknown[]): SettingAxis {
  const isNumeric = values.length > 0 && values.every((value) => typeof value === 'number');
  const ordered = isNumeric ? [...values].sort((a, b) => Number(a) - Number(b)) : values;
  return { key, title: settingTitle(key, keys), values: ordered, isNumeric };
}

/**
 * `optimizer.learningRate` as "learning rate", `data.labelNoise.share` as "label noise share", `model.name` as "model"; the whole key where
 * another one has the same words.
 */
export function settingTitle(key: string, keys: readonly string[]): string {
  const words = wordsOf(key);
  return keys.some((other) => other !== key && wordsOf(other) === words) ? key : words;
}

function wordsOf(key: string): string {
  const parts = key.split('.');
  const named = parts.length > 1 && parts.at(-1) === 'name' ? parts.slice(0, -1) : parts;
  const last = named.slice(named.length > 2 ? -2 : -1).join(' ');
  return last.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** A setting as it stands at an axis. */
export function settingText(value: unknown): string {
  if (value === undefined) return 'none';
  if (typeof value === 'number') return tickLabel(value);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The columns or rows of a matrix: settings of an axis, or intervals of them. */
export interface MatrixSide {
  readonly key: string;
  readonly title: string;
  readonly isNumeric: boolean;
  readonly labels: readonly string[];
  /** The place of a setting among the labels. */
  readonly placeOf: (setting: unknown) => number;
}

/** More numbers than this along a side of a matrix are taken together. */
const mostNumbers = 40;
const intervals = 10;

/** The side of a matrix for an axis; runs whose cell has no such setting stand behind the others. */
export function matrixSide(axis: SettingAxis, hasNone: boolean): MatrixSide {
  const { key, title, values, isNumeric } = axis;
  if (isNumeric && values.length > mostNumbers) return binnedSide(axis, values.map(Number));
  const places = new Map(values.map((value, index) => [JSON.stringify(value), index]));
  const labels = [...distinctTexts(values), ...(hasNone ? ['none'] : [])];
  const placeOf = (setting: unknown): number =>
    setting === undefined ? values.length : (places.get(JSON.stringify(setting)) ?? values.length);
  return { key, title, isNumeric, labels, placeOf };
}

/** Texts that tell the values apart: numbers to four digits where those do. */
function distinctTexts(values: readonly unknown[]): string[] {
  const short = values.map((value) => settingText(typeof value === 'number' ? Number(value.toPrecision(4)) : value));
  return new Set(short).size === values.length ? short : values.map(settingText);
}

/** Ten intervals of equal length between the smallest and the largest number. */
function binnedSide({ key, title }: SettingAxis, values: readonly number[]): MatrixSide {
  const scale = settingScale(values);
  const [low, high] = [scaled(scale, values[0]!), scaled(scale, values.at(-1)!)];
  const edge = (index: number): number => unscaled(scale, low + ((high - low) * index) / intervals);
  const labels = Array.from(
    { length: intervals },
    (_, index) => `${shortNumber(edge(index))} – ${shortNumber(edge(index + 1))}`,
  );
  const placeOf = (setting: unknown): number =>
    Math.max(
      0,
      Math.min(intervals - 1, Math.floor(((scaled(scale, Number(setting)) - low) / (high - low)) * intervals)),
    );
  return { key, title, isNumeric: true, labels, placeOf };
}

/** Numbers whose largest is more than 20 times the smallest stand on a logarithmic axis. */
export function settingScale(ascending: readonly number[]): Scale {
  const [low, high] = [ascending[0]!, ascending.at(-1)!];
  return canShow('log', low) && high / low > 20 ? 'log' : 'linear';
}
