import { ThalwegError } from '../base/index.ts';

/** The error of an argument that theory does not take: `subject: expectation, got value`. */
export const wrongUse = (subject: string, expectation: string, got: unknown): ThalwegError =>
  new ThalwegError('USAGE', `${subject}: expected ${expectation}, got ${String(got)}`);

/** Throws `USAGE` unless `value` is a finite number above 0. */
export function requirePositive(subject: string, what: string, value: number): void {
  if (!(value > 0 && value < Infinity)) throw wrongUse(subject, `a positive ${what}`, value);
}

/** Throws `USAGE` unless `value` is a finite number of at least 0. */
export function requireNonNegative(subject: string, what: string, value: number): void {
  if (!(value >= 0 && value < Infinity)) throw wrongUse(subject, `a ${what} of at least 0`, value);
}

/** Throws `USAGE` unless `value` is a whole number of at least `least`. */
export function requireWhole(subject: string, what: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least)
    throw wrongUse(subject, `a whole number of ${what} from ${least} on`, value);
}
