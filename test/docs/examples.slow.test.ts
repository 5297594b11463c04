import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { codeBlocks, readPage, root } from './markdown.ts';

const examples = join(root, 'examples');
const folder = mkdtempSync(join(tmpdir(), 'thalweg-examples-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs an example the way its comment says, against the built package; returns what it printed. */
async function run(name: string, ...words: readonly string[]): Promise<string> {
  const script = join(root, 'node_modules', 'vite-node', 'vite-node.mjs');
  const { stdout } = await promisify(execFile)(process.execPath, [script, join(examples, name), ...words], {
    cwd: root,
  });
  return stdout;
}

describe('the examples', () => {
  beforeAll(() => {
    expect(existsSync(join(root, 'dist', 'index.js')), 'dist/index.js is there (npm run build makes it)').toBe(true);
  });

  it('are the ones that are tested here, numbered, with the command that runs them', () => {
    expect(readdirSync(examples).sort()).toEqual([
      '01-first-walk.ts',
      '02-derivatives.ts',
      '03-own-model.ts',
      '04-own-loop.ts',
      '05-curvature.ts',
      '06-own-probe.ts',
      '07-own-loss.ts',
      '08-own-operator.ts',
      '09-own-claim.ts',
      '10-own-figure.ts',
    ]);
    for (const name of readdirSync(examples))
      expect(readFileSync(join(examples, name), 'utf8')).toContain(`npx vite-node examples/${name}`);
  });

  it('show a first walk: a run in the given folder, and its heights', async () => {
    const printed = await run('01-first-walk.ts', folder);
    expect(printed).toMatch(/^quickstart-sgd-s1-1: training loss \d\.\d{3}, \d+ barriers\n/);
    const mean = /mean height above the valley floor: (\d\.\d{4}) nat over 80 updates/.exec(printed);
    const highest = /highest: (\d\.\d{4}) nat at iteration \d+\n$/.exec(printed);
    expect(Number(mean?.[1])).toBeGreaterThan(0);
    expect(Number(highest?.[1])).toBeGreaterThan(Number(mean?.[1]));
    expect(existsSync(join(folder, 'quickstart-sgd-s1-1', 'run.json'))).toBe(true);
  });

  it("differentiate Rosenbrock's valley", async () => {
    const printed = await run('02-derivatives.ts');
    // By hand: ∇f = (−2(1−x) − 400x(y−x²), 200(y−x²)), H = [[2 − 400y + 1200x², −400x], [−400x, 200]].
    expect(printed).toContain('f(−1, 1) = 4\n∇f(−1, 1) = (-4, 0)\nH(−1, 1)·(1, 0) = (802, 400)\n');
    expect(printed).toMatch(
      /\(at\.x: float32\[\], .*\) -> \(value, gradient\.x, gradient\.y, product\.x, product\.y\)/,
    );
  });

  it('train a network of one’s own', async () => {
    const printed = await run('03-own-model.ts');
    expect(printed).toMatch(/^own: 690 parameters, stem\.weight stem\.bias block\.0\.weight .* fc\.bias\n/);
    const losses = [...printed.matchAll(/iteration \d+: loss (\d\.\d{3}) nat/g)].map(([, loss]) => Number(loss));
    expect(losses).toHaveLength(4);
    expect(losses[3]!).toBeLessThan(0.2 * losses[0]!);
  });

  it('train in a loop of one’s own, from the parts', async () => {
    const printed = await run('04-own-loop.ts');
    const lines = [...printed.matchAll(/^iteration (\d+): validation loss (\d\.\d{3}) nat, accuracy (\d+\.\d) %$/gm)];
    expect(lines.map(([, iteration]) => Number(iteration))).toEqual([0, 50, 100, 150, 200]);
    const accuracies = lines.map(([, , , accuracy]) => Number(accuracy));
    expect(accuracies.at(-1)).toBeGreaterThan(2 * accuracies[0]!);
  });
});

describe('the example of curvature', () => {
  it('has a spectrum, and an estimated trace that agrees with the exact one within its error', async () => {
    const printed = await run('05-curvature.ts');
    const number = (pattern: RegExp): number => Number(pattern.exec(printed)![1]);
    const eigenvalues = /^leading eigenvalues: (.*) \(\d+ products\)$/m.exec(printed)![1]!.split(', ').map(Number);
    expect(eigenvalues).toHaveLength(5);
    const sizes = eigenvalues.map(Math.abs);
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
    const exact = number(/^exact trace: (\S+)$/m);
    const [estimate, error] = [number(/^trace: (\S+) ±/m), number(/^trace: \S+ ± (\S+) /m)];
    expect(error).toBeGreaterThan(0);
    expect(Math.abs(estimate - exact)).toBeLessThan(4 * error);
    expect(number(/^of single examples: median (\S+),/m)).toBeLessThan(exact);
  });
});

describe('the examples of one’s own', () => {
  it('record a probe in a run', async () => {
    const printed = await run('06-own-probe.ts', folder);
    const [first, last] = [...printed.matchAll(/of the (?:first|last) 20: (-?\d\.\d{3})/g)].map(([, mean]) =>
      Number(mean),
    );
    // Updates lead away from the start at first, and less so once they bounce between the walls of a valley.
    expect(first).toBeGreaterThan(last!);
    expect(first).toBeLessThan(1);
  });

  it('train on a loss', async () => {
    const printed = await run('07-own-loss.ts');
    for (const name of ['cross-entropy', 'focal loss']) {
      const [, percent, sharpness] = new RegExp(
        `^${name}: (\\S+) % of the training examples, sharpness (\\S+)$`,
        'm',
      ).exec(printed)!;
      expect(Number(percent)).toBeGreaterThan(40);
      expect(Number(sharpness)).toBeGreaterThan(0);
    }
  });

  it('define an operator with its derivatives', async () => {
    const printed = await run('08-own-operator.ts');
    const rows = ['value', 'first', 'second'].map((name) =>
      new RegExp(`^${name}: (.*) \\(within (\\S+) of`, 'm').exec(printed)!,
    );
    const x = [-100, -1, 0, 0.5, 100];
    const expected = [
      x.map((at) => (Math.abs(at) > 50 ? Math.abs(at) - Math.LN2 : Math.log(Math.cosh(at)))),
      x.map(Math.tanh),
      x.map((at) => 1 - Math.tanh(at) ** 2),
    ];
    rows.forEach(([, shown, difference], row) => {
      expect(shown!.split(' ').map(Number)).toEqual(expected[row]!.map((value) => Number(value.toFixed(4))));
      expect(Number(difference)).toBeLessThan(1e-4);
    });
  });

  it('test a claim', async () => {
    const printed = await run('09-own-claim.ts');
    expect(printed.match(/^seed \d: /gm)).toHaveLength(5);
    expect(printed).toMatch(/^supported: 0\.\d{4} nat higher, 95 % interval \[0\.\d{4}, 0\.\d{4}\], p = 0\.0/m);
  });

  it('draw a figure, light and dark', async () => {
    await run('10-own-figure.ts', folder);
    for (const theme of ['light', 'dark'])
      for (const ending of ['svg', 'png'])
        expect(existsSync(join(folder, `height-by-gradient-${theme}.${ending}`))).toBe(true);
    expect(readFileSync(join(folder, 'height-by-gradient-dark.svg'), 'utf8')).toContain('norm of the gradient');
  });
});

describe('the README', () => {
  it('shows the first example as it is', () => {
    const [shown] = codeBlocks(readPage('README.md'), 'ts');
    expect(readFileSync(join(examples, '01-first-walk.ts'), 'utf8')).toContain(shown!);
  });

  it('shows lines of the fourth', () => {
    const [, shown] = codeBlocks(readPage('README.md'), 'ts');
    expect(readFileSync(join(examples, '04-own-loop.ts'), 'utf8')).toContain(shown!);
  });
});
