import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { hostTensor } from '../../src/base/index.ts';
import { writeSafetensors } from '../../src/store/index.ts';
import { writeImage } from '../data/support.ts';
import { thalweg } from './terminal.ts';

const goldens = resolve(import.meta.dirname, '../goldens');
const exchange = join(goldens, 'exchange');
const data = ['--data', join(exchange, 'data.npz'), '--set', 'data.normalise=false'];
const mlp = ['--model', 'mlp', '--set', 'model.hidden=[10]', ...data];
const network = join(goldens, 'onnx', 'vision-transformer.onnx');

describe('measure --model', () => {
  it('prints the network, its loss, and then each quantity in a table of its own', async () => {
    const weights = join(exchange, 'thalweg.safetensors');
    const words = ['measure', ...mlp, '--weights', weights, '--quantity', 'hessian-top,exact-per-example-trace'];
    const { code, stdout, stderr } = await thalweg(words);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(
      /^weights .*: 4 tensors\nmlp: 123 parameters, inputs \[8\], 3 classes\nloss 0\.4085, accuracy 0\.8, on 60 examples\nmeasuring hessian-spectrum: 0 of at most 400 products\nquantity .*\nhessian\.eigenvalue +1 +1\.039 /,
    );
    expect(stdout).toMatch(/\nexampleTrace\.mean +4\.162 /);
    // Nothing was trained: there is no threshold of stability.
    expect(stdout).not.toContain('stability');
  });

  it('scales the images of a folder to what the file of a network takes', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'thalweg-images-'));
    vi.stubEnv('THALWEG_CACHE', join(folder, 'cache'));
    onTestFinished(() => {
      vi.unstubAllEnvs();
      rmSync(folder, { recursive: true, force: true });
    });
    const colours = Array.from({ length: 10 }, (_, image) => [25 * image, 255 - 20 * image, 7 * image]);
    for (const [image, colour] of colours.entries())
      await writeImage(join(folder, 'images', `class${image % 5}`, `${image}.png`), colour, 20);
    const plain = ['--set', 'data.normalise=false', '--json'];
    const measured = async (set: string) => {
      const { code, stdout, stderr } = await thalweg(['measure', '--model', network, '--data', set, ...plain]);
      expect(code, stderr).toBe(0);
      return JSON.parse(stdout) as { inputShape: number[]; loss: number; examples: number };
    };
    const ofImages = await measured(join(folder, 'images'));
    expect(ofImages).toMatchObject({ inputShape: [3, 8, 8], examples: 10 });
    // An image of one colour is that colour at every size: the same examples as arrays.
    const inputs = colours.flatMap((colour) => colour.flatMap((value) => new Array<number>(64).fill(value / 255)));
    const x = hostTensor('float32', [10, 3, 8, 8], Float32Array.from(inputs));
    const y = hostTensor(
      'int64',
      [10],
      BigInt64Array.from(colours, (_, image) => BigInt(image % 5)),
    );
    writeSafetensors(join(folder, 'data.safetensors'), { tensors: { x, y }, metadata: {} });
    const ofArrays = await measured(join(folder, 'data.safetensors'));
    expect(ofImages.loss).toBeCloseTo(ofArrays.loss, 5);
  });

  it('with --json writes one document, also of the loss alone', async () => {
    const { code, stdout } = await thalweg(['measure', ...mlp, '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ model: 'mlp', parameters: 123, examples: 60, quantities: [] });
  });

  it.each([
    [['measure'], 'measure: missing required argument "run", or --model'],
    [['measure', 'last', ...mlp], 'measure: expected a run or --model, got both (last)'],
    [['measure', '--model', 'mlp'], 'measure: required option "--data <set>" not specified'],
    [['measure', '--model', 'mpl', ...data], 'measure: model.name: unknown value "mpl", did you mean "mlp"?'],
    [['measure', '--model', 'mlp', '--data', 'mnst'], '--data: no file or data set "mnst", did you mean "mnist"?'],
    [['measure', ...mlp, '--include', 'a'], '--include, --exclude: expected a .onnx file as --model'],
    [['measure', ...mlp, '--memory', 'much'], '--memory: expected a size such as 500MB or 2GB, got "much"'],
    [['measure', ...mlp, '--set', 'k=2'], '--set k=2: expected a key of the specification, or --quantity beside it'],
    [['run', 'quickstart', '--weights-partial'], '--weights-partial: expected --weights beside it'],
    [['inspect', network, '--input-shape', '3,x'], '--input-shape: expected sizes such as 3,224,224, got "3,x"'],
  ])('refuses %j in one line', async (words, message) => {
    const { code, stderr } = await thalweg(words);
    expect(stderr.split('\n')[0]).toBe(`thalweg: ${message}`);
    expect(code).toBe(2);
  });
});

describe('inspect', () => {
  it('shows what a network is made of, and what can be measured of it', async () => {
    const { code, stdout } = await thalweg(['inspect', network]);
    expect(code).toBe(0);
    expect(stdout).toContain('input "x" [n, 3, 8, 8]; scores "scores" of 5 classes');
    expect(stdout).toMatch(/\n1701 parameters in 32 tensors, 0 running statistics, 8 constants\n/);
    expect(stdout).toContain('derivatives: yes');
    expect(stdout).toMatch(/exactTraces: no: .+/);
    const { stdout: json } = await thalweg(['inspect', network, '--json']);
    expect(JSON.parse(json)).toMatchObject({ network: { size: 1701, classes: 5 }, unsupported: [] });
  });

  it('says what is wrong with a file in one line', async () => {
    const { code, stderr } = await thalweg(['inspect', join(exchange, 'data.npz')]);
    expect(code).toBe(2);
    expect(stderr.split('\n')[0]).toMatch(/^thalweg: .*onnx/);
  });
});

describe('import', () => {
  it('makes a run of a folder of checkpoints', async () => {
    const runs = mkdtempSync(join(tmpdir(), 'thalweg-import-'));
    onTestFinished(() => rmSync(runs, { recursive: true, force: true }));
    const words = ['import', join(exchange, 'plain'), ...mlp, '--runs', runs, '--id', 'r', '--json'];
    const { code, stdout } = await thalweg(words);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ run: 'r', status: 'finished' });
    const shown = await thalweg(['show', 'r', '--runs', runs]);
    expect(shown.stdout).toMatch(
      /\norigin +imported from the checkpoints of plain, steps 0 to 30; cosines are those of the steps between them\n/,
    );
    const again = await thalweg(words);
    expect(again.code).toBe(2);
    expect(again.stderr).toContain('run r: expected a new name');
  });
});
