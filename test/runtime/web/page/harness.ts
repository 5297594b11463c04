import { JestAsymmetricMatchers, JestChaiExpect } from '@vitest/expect';
import { expect as chaiExpect, use } from 'chai';

/**
 * What the conformance suite uses of Vitest, for a page: the same `expect`, and tests that are registered and run in order.
 * The build puts it in the place of `vitest`.
 */
use(JestChaiExpect);
use(JestAsymmetricMatchers);
export const expect = chaiExpect;

type Work = (...values: never[]) => unknown;

interface Registered {
  readonly name: string;
  readonly run: () => unknown;
}

const tests: Registered[] = [];
const before: (() => unknown)[] = [];
const after: (() => unknown)[] = [];
const path: string[] = [];

export const beforeAll = (work: () => unknown): void => void before.push(work);
export const afterAll = (work: () => unknown): void => void after.push(work);

export function describe(name: string, register: () => void): void {
  path.push(name);
  register();
  path.pop();
}

const register = (name: string, run: () => unknown): void => void tests.push({ name: [...path, name].join(' '), run });

export const it = Object.assign(register, {
  each: (rows: readonly unknown[]) => (name: string, work: Work) =>
    rows.forEach((row, index) =>
      register(`${name} (${index})`, () => work(...((Array.isArray(row) ? row : [row]) as never[]))),
    ),
});

export interface SuiteResult {
  readonly passed: readonly string[];
  readonly failed: readonly string[];
}

/** Runs what was registered. */
export async function runRegistered(): Promise<SuiteResult> {
  const [passed, failed]: [string[], string[]] = [[], []];
  for (const work of before) await work();
  for (const { name, run } of tests) {
    try {
      await run();
      passed.push(name);
    } catch (error) {
      failed.push(`${name}: ${(error as Error).message}`);
    }
  }
  for (const work of after) await work();
  return { passed, failed };
}
