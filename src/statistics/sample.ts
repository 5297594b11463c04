import { ThalwegError } from '../base/index.ts';

/** Numbers that were observed, in any array. */
export type Sample = ArrayLike<number>;

/** A confidence interval, or another range: lower and upper end. */
export type Interval = readonly [lower: number, upper: number];

/**
 * The numbers of a sample. Throws `NO_DATA` for fewer than `least`, `USAGE` for one that is not finite: whoever has such
 * numbers decides what becomes of them.
 */
export function finiteNumbers(subject: string, sample: Sample, least: number): number[] {
  if (sample.length < least)
    throw new ThalwegError('NO_DATA', `${subject}: expected at least ${least} numbers, got ${sample.length}`);
  const numbers = Array.from(sample);
  const index = numbers.findIndex((value) => !Number.isFinite(value));
  if (index >= 0) throw wrongUse(subject, `finite numbers, got ${numbers[index]!} at index ${index}`);
  return numbers;
}

/** Two samples of one length, element i of both belonging together. Throws like {@link finiteNumbers}. */
export function finitePairs(subject: string, x: Sample, y: Sample, least: number): [x: number[], y: number[]] {
  if (x.length !== y.length) throw wrongUse(subject, `as many x as y, got ${x.length} and ${y.length}`);
  return [finiteNumbers(subject, x, least), finiteNumbers(subject, y, least)];
}

/** Whether all numbers are the same: then nothing that is divided by their spread is defined. */
export const isConstant = (numbers: readonly number[]): boolean => numbers.every((value) => value === numbers[0]);

/** Throws `USAGE` unless `lower < value < upper`. */
export function requireBetween(subject: string, what: string, value: number, lower: number, upper: number): void {
  if (!(value > lower && value < upper))
    throw wrongUse(subject, `a ${what} between ${lower} and ${upper}, got ${value}`);
}

export const wrongUse = (subject: string, difference: string): ThalwegError =>
  new ThalwegError('USAGE', `${subject}: expected ${difference}`);
