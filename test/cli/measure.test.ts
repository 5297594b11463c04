import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { measurementDocumentSchema } from '../../src/contract/index.ts';
import { readCheckpoint } from '../../src/store/index.ts';
import { execute, smallRun } from '../run/support.ts';
import { Terminal, thalweg } from './terminal.ts';

const runs = mkdtempSync(join(tmpdir(), 'thalweg-measure-'));
afterAll(() => rmSync(runs, { recursive: true, force: true }));
beforeAll(() => execute(smallRun({ duration: '2 iterations', probes: [] }), runs));

const words = ['measure', 'r', '--runs', runs, '--at', 'last', '--quantity', 'hessian-spectrum', '--examples', '60'];

describe('measure', () => {
  it('prints value, standard error, examples, products, seconds', async () => {
    const { code, stdout, stderr } = await thalweg([...words, '--set', 'k=2']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = stdout.trimEnd().split('\n');
    expect(lines[0]).toBe('measuring hessian-spectrum: 0 of at most 400 products');
    expect(lines[1]).toBe('r at iteration 2');
    expect(lines[2]).toMatch(/^quantity +coordinate +value +standard error +examples +products +seconds +converged$/);
    expect(lines[3]).toMatch(/^hessian\.eigenvalue +1 +-?\d\S* +exact +60 +\d+ +\d+\.\d\d +yes$/);
    expect(lines).toHaveLength(8);
  });

  it('with --json writes exactly one document to standard output, and progress to standard error', async () => {
    const { code, stdout, stderr } = await thalweg([...words, '--json', '--set', 'hessian-spectrum.k=3']);
    expect(code).toBe(0);
    const document = measurementDocumentSchema.parse(JSON.parse(stdout));
    expect(document).toMatchObject({ run: 'r', iteration: 2 });
    expect(document.quantities.filter(({ name }) => name === 'hessian.eigenvalue')).toHaveLength(3);
    expect(document.quantities.find(({ name }) => name === 'hessian.sharpness')).not.toHaveProperty('coordinate');
    expect(stderr).toBe('measuring hessian-spectrum: 0 of at most 400 products\n');
  });

  it('shows a bar on a terminal, which is gone in the end', async () => {
    const terminal = new Terminal({ isTTY: true });
    const { code, stdout } = await thalweg(words, terminal);
    expect(code).toBe(0);
    expect(stdout).toContain('0/400 products  hessian-spectrum');
    expect(stdout).toContain('r at iteration 2\n');
  });

  it('writes vectors to --out, with run and iteration', async () => {
    const out = join(runs, 'vectors.safetensors');
    const { code, stdout } = await thalweg([...words, '--out', out]);
    expect(code).toBe(0);
    expect(stdout).toContain(`${out}: hessian.eigenvector.1\n`);
    const { tensors, metadata } = readCheckpoint(out);
    expect(Object.keys(tensors)).toEqual(['hessian.eigenvector.1']);
    expect(metadata).toEqual({ run: 'r', iteration: '2' });
  });

  it('draws Hessian traces of examples over what margins say of them', async () => {
    const out = join(runs, 'traces.svg');
    const argv = [...words.slice(0, 6), '--quantity', 'per-example-hessian-trace', '--examples', '60', '--out', out];
    const { code, stdout } = await thalweg(argv);
    expect(code).toBe(0);
    expect(stdout).toContain(`${out}\n`);
    const svg = readFileSync(out, 'utf8');
    expect(svg).toContain('r at iteration 2 · 60 training examples');
    expect(svg).toMatch(/margin bound of the input/);
    expect(svg).not.toContain('NaN');
  });

  it('takes a quantity that is named twice once', async () => {
    const { stdout } = await thalweg([...words, '--json', '--quantity', 'hessian-spectrum,hessian-spectrum']);
    const { quantities } = measurementDocumentSchema.parse(JSON.parse(stdout));
    expect(quantities.filter(({ name }) => name === 'hessian.sharpness')).toHaveLength(1);
  });

  it.each([
    [['--at', '1'], 'run r: expected an iteration with a checkpoint, got 1; the nearest is 2', 2],
    [['--set', 'k=0'], 'hessian-spectrum.k: expected a number greater than 0, got 0', 2],
    [['--set', 'k=1000'], 'hessian-spectrum: expected k of at most 826 (the number of parameters), got 1000', 2],
    [
      ['--set', 'spectrum.k=1'],
      '--set spectrum.k: expected one of the chosen quantities before the key: hessian-spectrum',
      2,
    ],
    [['--set', 'a.b.c=1'], '--set a.b.c: expected key=value or quantity.key=value', 2],
    [['--examples', '401'], 'got 401', 2],
    [['--runs', join(runs, 'nowhere')], 'run "r": expected one run in', 2],
    [['--out', join(runs, 'nowhere', 'a.safetensors')], '--out: expected a file in a folder that exists', 2],
    [['--out', 'a.csv'], '--out: expected a file that ends in .safetensors, .svg, .png, got "a.csv"', 2],
    [
      ['--out', 'a.svg'],
      '--out: expected --quantity per-example-hessian-trace for a figure, its scatter, got hessian-spectrum',
      2,
    ],
  ])('with %j ends with one line and a hint', async (more, message, exit) => {
    const { code, stdout, stderr } = await thalweg([...words, ...more]);
    expect({ code, stdout: stdout.replace(/^measuring .*\n/, '') }).toEqual({ code: exit, stdout: '' });
    expect(stderr).toContain(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(2);
  });

  it('with --json writes an error as its one document', async () => {
    const { code, stdout } = await thalweg([...words, '--at', '1', '--json']);
    expect(code).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'RUN_STATE' } });
  });

  it('ends with 130 after Ctrl-C, and leaves no file', async () => {
    const terminal = new Terminal();
    const out = join(runs, 'interrupted.safetensors');
    const outcome = thalweg([...words, '--set', 'tolerance=1e-12', '--out', out], terminal);
    while (terminal.listeners === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    terminal.signal();
    const { code, stderr } = await outcome;
    expect(code).toBe(130);
    expect(stderr).toContain('measure: stopped before it was done; nothing was written');
    expect(existsSync(out)).toBe(false);
    expect(terminal.listeners).toBe(0);
  });
});
