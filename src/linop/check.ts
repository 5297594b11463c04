import { ThalwegError } from '../base/index.ts';
import type { LinearOperator } from './operator.ts';

/** The error of an argument that an operator or an algorithm does not take: `subject: expectation, got value`. */
export const inputError = (subject: string, expectation: string, got: unknown): ThalwegError =>
  new ThalwegError('OPERATOR_INPUT', `${subject}: ${expectation}, got ${String(got)}`);

/** The error of a product that is not what it must be. */
export const productError = (subject: string, expectation: string, got: unknown): ThalwegError =>
  new ThalwegError('OPERATOR_PRODUCT', `${subject}: ${expectation}, got ${String(got)}`);

/** Throws `OPERATOR_INPUT` unless `value` is an integer in [low, high]. */
export function checkInteger(
  subject: string,
  name: string,
  value: number,
  [low, high]: readonly [number, number],
): void {
  if (Number.isInteger(value) && value >= low && value <= high) return;
  const bound = high === Infinity ? `an integer of at least ${low}` : `an integer in [${low}, ${high}]`;
  throw inputError(subject, `${name} must be ${bound}`, `${name}=${value}`);
}

/** Throws `OPERATOR_INPUT` unless `value` is a finite number above 0. */
export function checkPositive(subject: string, name: string, value: number): void {
  if (!(value > 0 && value < Infinity)) throw inputError(subject, `${name} must be positive`, `${name}=${value}`);
}

/** Throws `OPERATOR_INPUT` unless the operator is declared symmetric. */
export function checkSymmetric(subject: string, operator: LinearOperator): void {
  if (!operator.symmetric) throw inputError(subject, 'expected a symmetric operator', operator.name);
}
