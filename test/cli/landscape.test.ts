import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { landscapeDocumentSchema, type SpecificationInput } from '../../src/contract/index.ts';
import { execute, smallRun } from '../run/support.ts';
import { Terminal, thalweg } from './terminal.ts';

const runs = mkdtempSync(join(tmpdir(), 'thalweg-landscape-'));
const outputs = join(runs, 'outputs');
afterAll(() => rmSync(runs, { recursive: true, force: true }));
beforeAll(async () => {
  const changes = {
    duration: '6 iterations',
    checkpoints: { every: '2 iterations', keep: 4 },
    probes: [],
  } satisfies Partial<SpecificationInput>;
  await execute(smallRun(changes), runs, 'one');
  await execute(smallRun({ ...changes, seed: 2 }), runs, 'two');
}, 60_000);
let folder = '';
beforeEach(() => {
  folder = mkdtempSync(outputs);
});
const file = (name: string): string => join(folder, name);

const places = ['--runs', runs, '--examples', '60'];
const words = {
  surface: ['landscape', 'surface', 'one', '--points', '3', ...places],
  trajectory: ['landscape', 'trajectory', 'one', '--points', '3', ...places],
  connectivity: ['landscape', 'connectivity', 'one@2', 'two', '--points', '5', ...places],
  simplex: ['landscape', 'simplex', 'one@2', 'one@4', 'two', '--steps', '2', ...places],
};
const kinds = Object.keys(words) as (keyof typeof words)[];

describe('landscape', () => {
  it.each(kinds)('%s writes data and figures, as the endings of the files say', async (what) => {
    const outs = ['json', 'csv', 'svg', 'png'].map((ending) => file(`l.${ending}`));
    const { code, stdout, stderr } = await thalweg([...words[what], ...outs.flatMap((out) => ['--out', out])]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toMatch(new RegExp(`^measuring ${what}: 0 of \\d+ points$`));
    expect(lines.slice(1, 5)).toEqual(outs);
    expect(lines[5]).toMatch(/^ {2}examples +60 of the set train$/);
    const [json, csv, svg, png] = outs.map((out) => readFileSync(out));
    const document = landscapeDocumentSchema.parse(JSON.parse(json!.toString()));
    const rows = csv!
      .toString()
      .trimEnd()
      .split('\r\n')
      .map((row) => row.split(','));
    const [header, ...values] = rows;
    const column = header!.indexOf('loss');
    expect(values.slice(0, document.loss.length).map((row) => Number(row[column]))).toEqual(document.loss);
    expect(values).toHaveLength(
      document.loss.length + (document.what === 'trajectory' ? document.checkpoints.length : 0),
    );
    expect(values.every((row) => row.length === header!.length)).toBe(true);
    expect(svg!.toString()).toContain('60 train examples');
    expect(svg!.toString()).not.toContain('NaN');
    expect(png!.subarray(1, 4).toString()).toBe('PNG');
    expect(existsSync(`${outs[0]!}.partial.safetensors`)).toBe(false);
  });

  it.each(kinds)('%s with --json writes exactly one document to standard output', async (what) => {
    const { code, stdout, stderr } = await thalweg([...words[what], '--json']);
    expect(code).toBe(0);
    expect(landscapeDocumentSchema.parse(JSON.parse(stdout)).what).toBe(what);
    expect(stderr).toMatch(/^measuring \w+: 0 of \d+ points\n$/);
  });

  it('prints the loss at the checkpoint, the cosine of directions, explained variance, barriers and flatness', async () => {
    const text = async (what: keyof typeof words): Promise<string> => (await thalweg(words[what])).stdout;
    expect(await text('surface')).toMatch(
      /at the checkpoint +loss \d\S*, accuracy \S+ %\n +directions +seed 1, normalisation filter, cosine -?0/,
    );
    const along = await text('trajectory');
    expect(along).toMatch(/explained +\d+\.\d\d % and \d+\.\d\d % of their variance/);
    expect(along).toMatch(/iteration +a +b +distance +loss +projected loss +accuracy +projected accuracy/);
    expect(along).toMatch(/\n +6 +0 +0 +0 +(\S+) +\1 +/);
    expect(await text('connectivity')).toMatch(/loss above the chord +\S+ nat at α = \S+/);
    expect(await text('simplex')).toMatch(/low +\S+ % of the simplex at most \S+ nat/);
  });

  it('takes a theme and a width for its figures', async () => {
    const out = file('dark.svg');
    await thalweg([...words.connectivity, '--out', out, '--theme', 'dark', '--width', '500']);
    expect(readFileSync(out, 'utf8')).toMatch(/^<svg [^>]*width="500"/);
    expect(readFileSync(out, 'utf8')).toContain('#11161c');
  });

  it('shows a bar on a terminal, which is gone in the end', async () => {
    const { stdout } = await thalweg(words.surface, new Terminal({ isTTY: true }));
    expect(stdout).toContain('0/9 points  surface');
  });

  it.each<[string[], number, string]>([
    [
      [...words.surface, '--at', '3'],
      2,
      'run one: expected an iteration with a checkpoint, got 3; the nearest are 2 and 4',
    ],
    [
      [...words.surface, '--out', 'x.txt'],
      2,
      '--out: expected a file that ends in .json, .csv, .svg, .png, got "x.txt"',
    ],
    [[...words.surface, '--out', join(runs, 'no', 'x.svg')], 2, '--out: expected a file in a folder that exists'],
    [[...words.surface, '--state', 'x.json'], 2, '--state: expected a file that ends in .safetensors, got "x.json"'],
    [[...words.surface, '--from', 'a'], 2, '--from: expected a number, got "a"'],
    [[...words.surface, '--from', '2'], 2, 'surface: expected from < to, got 2 and 1'],
    [[...words.surface, '--points', '1'], 2, '--points: expected a whole number from 2 to 1001, got "1"'],
    [[...words.surface, '--batch-norm', 'bath'], 2, '--batch-norm: unknown value "bath", did you mean "batch"?'],
    [[...words.simplex, '--beyond', '-1'], 2, '--beyond: expected a number of at least 0, got "-1"'],
    [['landscape', 'connectivity', 'one@x', 'two'], 2, 'checkpoint: expected a run or run@iteration, got "one@x"'],
    [['landscape', 'connectivity', 'one', ...places], 2, 'landscape connectivity: missing required argument "b"'],
    [['landscape', 'surface', 'three', ...places], 2, 'run "three": expected one run in'],
    [['landscape', 'surfce', 'one'], 2, 'surfce'],
  ])('%j ends with one line and a hint', async (argv, exit, message) => {
    const { code, stderr } = await thalweg(argv);
    expect(code).toBe(exit);
    expect(stderr).toContain(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(2);
  });
});

describe('landscape after Ctrl-C', () => {
  /** Interrupts as soon as so many points are shown. */
  async function interrupted(argv: readonly string[]): Promise<{ code: number; stderr: string }> {
    const terminal = new Terminal({ isTTY: true });
    const outcome = thalweg(argv, terminal);
    while (!/[1-9]\d*\/\d+ points/.test(terminal.stdout.text)) await new Promise((resolve) => setTimeout(resolve, 1));
    terminal.signal();
    return outcome;
  }

  it('ends with 130, keeps what is computed, and goes on to the same document', async () => {
    const [out, whole] = [file('l.json'), file('whole.json')];
    const argv = ['landscape', 'surface', 'one', '--points', '40', ...places];
    const { code, stderr } = await interrupted([...argv, '--out', out]);
    expect(code).toBe(130);
    expect(stderr).toMatch(/landscape: stopped after [1-9]\d* of 1600 points; the same command goes on from there/);
    expect(existsSync(out)).toBe(false);
    expect(existsSync(`${out}.partial.safetensors`)).toBe(true);
    const other = await thalweg([...argv, '--seed', '5', '--out', out]);
    expect(other.code).toBe(2);
    expect(other.stderr).toContain('expected unfinished work with seed 5, got 1');
    const { stdout } = await thalweg([...argv, '--out', out]);
    expect(stdout).toMatch(/^measuring surface: [1-9]\d* of 1600 points\n/);
    expect(existsSync(`${out}.partial.safetensors`)).toBe(false);
    await thalweg([...argv, '--out', whole]);
    expect(readFileSync(out, 'utf8')).toBe(readFileSync(whole, 'utf8'));
  });

  it('ends at once after the second', async () => {
    const terminal = new Terminal();
    const outcome = thalweg(['landscape', 'surface', 'one', '--points', '40', ...places], terminal);
    while (terminal.listeners === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    terminal.signal();
    terminal.signal();
    expect(await outcome).toMatchObject({ code: 130 });
    expect(terminal.stderr.text).toContain('landscape: ended at once');
    expect(terminal.listeners).toBe(0);
  });
});
