import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { toFloat64, type HostTensor } from '../../src/base/index.ts';
import type { Backend } from '../../src/runtime/index.ts';
import { createOrtBackend } from '../../src/runtime/node/index.ts';
import {
  convertTest,
  derivatives,
  floatOf,
  readTest,
  runReference,
  runRuntime,
  type ConformanceTest,
} from './conformance.ts';
import { skips, type Skip } from './skips.ts';
import { hasSuite, numbered, readSuite, type TestFiles } from './suite.ts';

let cpu: Backend;
beforeAll(async () => (cpu = await createOrtBackend({ device: 'cpu', threads: 1 })));
afterAll(() => cpu.close());

/** ONNX's own tolerance for values, wider where a test rounds to sixteen bits and Thalweg does not. */
const toleranceOf = (name: string): number => (/float16/i.test(name) ? 2e-2 : 1e-3);

/** Where values differ, as a message. */
function difference(what: string, got: ArrayLike<number>, expected: HostTensor, tolerance: number): string | undefined {
  const wanted = toFloat64(expected);
  if (got.length !== wanted.length) return `${what}: expected ${wanted.length} elements, got ${got.length}`;
  for (let index = 0; index < wanted.length; index++) {
    const [value, other] = [got[index]!, wanted[index]!];
    const isFine =
      Object.is(value, other) || value === other || Math.abs(value - other) <= tolerance * Math.abs(other) + 1e-4;
    if (!isFine) return `${what}: element ${index}: got ${value}, expected ${other}, tolerance ${tolerance}`;
  }
  return undefined;
}

const differences = (what: string, got: readonly ArrayLike<number>[], { name, outputs }: ConformanceTest): string[] =>
  got.flatMap(
    (values, index) => difference(`${what}, output ${index}`, values, outputs[index]!, toleranceOf(name)) ?? [],
  );

/** What goes wrong with a test, by part; the derivative is looked at where values are right. */
async function problemsOf(name: string, files: TestFiles): Promise<{ test?: string; derivative?: string }> {
  try {
    const test = readTest(name, files.get('model.onnx')!, numbered(files, 'input'), numbered(files, 'output'));
    const converted = convertTest(test, floatOf(test));
    const wrong = [
      ...differences('reference', runReference(converted), test),
      ...differences('runtime', await runRuntime(cpu, converted), test),
    ];
    if (wrong.length > 0) return { test: wrong.join('; ') };
    const slopes = derivatives(test);
    if (!slopes || Math.abs(slopes.rules - slopes.difference) <= 1e-5 * slopes.scale + 1e-7) return {};
    return {
      derivative: `rules give ${slopes.rules}, a central difference ${slopes.difference}, scale ${slopes.scale}`,
    };
  } catch (error) {
    return { test: (error as Error).message };
  }
}

const isSkipped = (name: string, part: Skip['part'], problem: string): Skip | undefined =>
  skips.find((skip) => skip.part === part && skip.tests.test(name) && skip.error.test(problem));

/** Skips that occurred, over all archives. */
const used = new Set<Skip>();

describe.runIf(hasSuite)('ONNX’s tests', () => {
  it.each([
    ['node', 1306],
    ['pytorch-converted', 82],
  ])(
    'of %s pass in the reference, in the runtime and in first derivatives, but for those on the list',
    async (archive, count) => {
      const tests = await readSuite(archive);
      expect(tests.size).toBe(count);
      const failures: string[] = [];
      for (const [name, files] of tests) {
        const problems = Object.entries(await problemsOf(name, files)) as [Skip['part'], string][];
        const expected = problems.map(([part, problem]) => isSkipped(name, part, problem));
        expected.forEach((skip) => skip && used.add(skip));
        problems.forEach(([part, problem], index) => expected[index] ?? failures.push(`${name}: ${part}: ${problem}`));
      }
      expect(failures).toEqual([]);
    },
  );

  it('are skipped for no reason that has gone', () => {
    expect(skips.filter((skip) => !used.has(skip)).map(({ reason }) => reason)).toEqual([]);
  });
});
