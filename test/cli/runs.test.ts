import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { studies } from '../../src/studies/index.ts';
import { createRun } from '../../src/store/index.ts';
import { newRun, record, temporaryFolder } from '../store/fixtures.ts';
import { Terminal, thalweg } from './terminal.ts';

let runs: string;
beforeEach(() => {
  runs = temporaryFolder();
});

const summary = {
  iterations: 40,
  epochs: 1,
  trainLoss: 0.25,
  trainAccuracy: 0.9,
  validationLoss: null,
  validationAccuracy: null,
  testLoss: 0.5,
  testAccuracy: 0.8125,
  barriers: 2,
  interpolated: 40,
  meanHeight: 0.01,
  distance: 3.5,
  seconds: 12,
  probes: [],
};

/** A finished run of a few records. */
function makeRun(id = 'r1'): string {
  const writer = createRun(runs, {
    ...newRun({ summary, iteration: 40, status: 'finished' }, { study: 'quickstart', scale: 'smoke', name: 'my walk' }),
    id,
  });
  for (const iteration of [0, 1]) {
    writer.append(
      [0, 0.5, 1].map((coordinate) =>
        record('interpolation.loss', iteration, 2 - iteration - coordinate / 2, { coordinate, examples: 4000 }),
      ),
    );
    writer.append([
      record('interpolation.floor', iteration, 1.5 - iteration, { coordinate: 1, examples: 4000 }),
      record('batch.loss', iteration, 2),
    ]);
  }
  writer.close();
  return id;
}

describe('list', () => {
  it('says how to make a run where there is none', async () => {
    const { code, stdout } = await thalweg(['list', '--runs', runs]);
    expect(code).toBe(0);
    expect(stdout).toBe(`no runs in ${runs}; \`thalweg run quickstart\` makes one\n`);
  });

  it('is a table that fits the terminal', async () => {
    makeRun();
    const wide = await thalweg(['list', '--runs', runs]);
    expect(wide.stdout.split('\n')).toEqual([
      'run  status    progress  train loss  test accuracy  updated  study             optimizer  seed  name',
      'r1   finished     40/40        0.25        81.25 %      now  quickstart smoke  sgd           7  my walk',
      '',
    ]);
    const narrow = await thalweg(['list', '--runs', runs], new Terminal({ columns: 60 }));
    expect(narrow.stdout.split('\n')[0]).toBe('run  status    progress  train loss  test accuracy  updated');
  });

  it('has a column for validation sets where a run keeps one apart', async () => {
    makeRun('plain');
    const validated = { ...summary, validationLoss: 0.5, validationAccuracy: 0.75 };
    createRun(runs, newRun({ id: 'v', summary: validated })).close();
    const lines = (await thalweg(['list', '--runs', runs])).stdout.split('\n');
    expect(lines[0]).toContain('  train loss  validation accuracy  test accuracy  ');
    expect(lines[1]).toMatch(/^v .* 75\.00 % +81\.25 % /);
    expect(lines[2]).toMatch(/^plain .* 0\.25 +– +81\.25 % /);
  });

  it('names the parent of a fork', async () => {
    makeRun();
    createRun(runs, newRun({ id: 'f', parent: { run: 'r1', iteration: 1, records: 5 } })).close();
    const lines = (await thalweg(['list', '--runs', runs])).stdout.split('\n');
    expect(lines[0]).toMatch(/seed {2}parent {3}name$/);
    expect(lines[1]).toMatch(/^f .* r1 at 1$/);
    expect(JSON.parse((await thalweg(['list', '--runs', runs, '--json'])).stdout)).toMatchObject([
      { id: 'f', parent: { run: 'r1', iteration: 1 } },
      { id: 'r1', parent: null },
    ]);
  });

  it('shows a damaged run with what is wrong', async () => {
    makeRun();
    writeFileSync(join(runs, 'r1', 'run.json'), '{');
    expect((await thalweg(['list', '--runs', runs])).stdout).toMatch(/^r1 +unreadable: /m);
  });

  it('is one JSON document with --json', async () => {
    makeRun();
    expect(JSON.parse((await thalweg(['list', '--runs', runs, '--json'])).stdout)).toMatchObject([
      { id: 'r1', study: 'quickstart', status: 'finished', trainLoss: 0.25, problem: null },
    ]);
  });
});

describe('show', () => {
  it('prints specification, environment, summary, series and checkpoints', async () => {
    makeRun();
    const { code, stdout } = await thalweg(['show', 'last', '--runs', runs]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^status +finished, iteration 40 of 40/m);
    expect(stdout).toMatch(/^specification\n {2}study: quickstart\n/m);
    expect(stdout).toMatch(/^environment\n {2}thalweg +0\.1\.0\n/m);
    expect(stdout).toContain('2 of 40 interpolated updates crossed one');
    expect(stdout).toMatch(/interpolation\.loss +6 records, up to iteration 1/);
    expect(stdout).toMatch(/checkpoints\n {2}none yet/);
  });

  it('prints changes of the update rule', async () => {
    const changes = [{ at: '10 iterations', optimizer: { name: 'sgd', batchSize: 200 } }] as const;
    const epochChanges = [{ iteration: 10, epoch: 1, iterationsPerEpoch: 20 }];
    createRun(runs, newRun({ id: 'r1', epochChanges }, { changes: [...changes] })).close();
    const { stdout } = await thalweg(['show', 'r1', '--runs', runs]);
    expect(stdout).toMatch(/^status .*\(40 an epoch, 20 from iteration 10 on\)$/m);
    expect(stdout).toMatch(/^ {2}changes:\n {4}- at: 10 iterations\n {6}optimizer:\n {8}name: sgd\n/m);
  });

  it('is one JSON document with --json', async () => {
    makeRun();
    expect(JSON.parse((await thalweg(['show', 'r1', '--runs', runs, '--json'])).stdout)).toMatchObject({
      id: 'r1',
      directory: join(runs, 'r1'),
      summary,
      series: [{ name: 'batch.loss', count: 2 }, { name: 'interpolation.loss', count: 6 }, {}],
      checkpoints: [],
    });
  });

  it('gives the figures of a validation set, of a run that keeps one apart', async () => {
    makeRun('plain');
    const data = { ...newRun().data, validationExamples: 300 };
    const validated = { ...summary, validationLoss: 0.375, validationAccuracy: 0.75 };
    createRun(runs, newRun({ id: 'v', summary: validated, data })).close();
    const shown = async (id: string): Promise<string> => (await thalweg(['show', id, '--runs', runs])).stdout;
    expect(await shown('v')).toMatch(
      /^ {2}training .*\n {2}validation +loss 0\.375, accuracy 75\.00 %\n {2}test +loss 0\.5, accuracy 81\.25 %$/m,
    );
    expect(await shown('v')).toContain('4000 training, 300 validation and 1000 test examples of 40,');
    expect(await shown('plain')).not.toContain('validation');
    expect(await shown('plain')).toContain('4000 training and 1000 test examples of 40,');
  });

  it('suggests the nearest run', async () => {
    makeRun('walk-1');
    const { code, stderr } = await thalweg(['show', 'wlak-1', '--runs', runs]);
    expect(code).toBe(2);
    expect(stderr).toContain('did you mean "walk-1"?');
  });
});

describe('export', () => {
  it.each(['csv', 'json', 'parquet'])('writes %s to the file that is named', async (format) => {
    makeRun();
    const out = join(runs, `records.${format}`);
    const { code, stdout } = await thalweg(['export', 'r1', '--runs', runs, '--format', format, '--out', out]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: `10 records in ${out}\n` });
    expect(readFileSync(out).byteLength).toBeGreaterThan(100);
  });

  it('writes only the records to standard output with --out -', async () => {
    makeRun();
    const { code, stdout, stderr } = await thalweg(['export', 'r1', '--runs', runs, '--format', 'csv', '--out', '-']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '10 records\n' });
    expect(stdout.trim().split('\n')).toHaveLength(11);
  });

  it('of a run without records ends with 1', async () => {
    createRun(runs, { ...newRun(), id: 'empty' }).close();
    const { code, stderr } = await thalweg(['export', 'empty', '--runs', runs, '--format', 'csv', '--out', '-']);
    expect(code).toBe(1);
    expect(stderr).toContain('thalweg: run empty: expected records to export');
  });
});

describe('figure', () => {
  const draw = (out: string, ...rest: string[]) =>
    thalweg(['figure', 'r1', '--runs', runs, '--figure', 'walk', '--out', out, ...rest]);

  it('draws SVG or PNG, as the file’s name says', async () => {
    makeRun();
    const [svg, png] = [join(runs, 'walk.svg'), join(runs, 'walk.png')];
    expect(await draw(svg)).toEqual({ code: 0, stdout: `${svg}\n`, stderr: '' });
    expect((await draw(png, '--theme', 'dark', '--width', '400')).code).toBe(0);
    expect(readFileSync(svg, 'utf8')).toMatch(/^<svg/);
    expect([...readFileSync(png).subarray(1, 4)].map((byte) => String.fromCharCode(byte)).join('')).toBe('PNG');
  });

  it('shows only the iterations that are asked for', async () => {
    makeRun();
    const [all, some] = [join(runs, 'all.svg'), join(runs, 'some.svg')];
    await draw(all);
    expect((await draw(some, '--iterations', '0..1')).code).toBe(0);
    expect(readFileSync(some, 'utf8')).not.toBe(readFileSync(all, 'utf8'));
    expect((await draw(some, '--iterations', '5..2')).code).toBe(2);
  });

  it('writes the numbers behind it, in the window', async () => {
    makeRun();
    const out = join(runs, 'walk.csv');
    expect(await draw(out, '--iterations', '0..1')).toEqual({ code: 0, stdout: `${out}\n`, stderr: '' });
    const [head, ...rows] = readFileSync(out, 'utf8').trimEnd().split('\r\n');
    expect(head).toBe('series,iteration,coordinate,value,standard_error,examples');
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) expect(row).toMatch(/^(interpolation|gradient|parameters)\.\w+,[01],/);
  });

  it('passes on what a reader chooses, and refuses what the figure does not have', async () => {
    makeRun();
    const out = join(runs, 'x.svg');
    const { code, stderr } = await draw(out, '--iteration', '4');
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('got iteration') as unknown });
    const writer = createRun(runs, newRun({ id: 'r2', status: 'finished' }));
    writer.append([1, 0.1, 0.01].map((norm, iteration) => record('gradient.norm', iteration, norm)));
    writer.close();
    const [linear, log] = [join(runs, 'linear.svg'), join(runs, 'log.svg')];
    for (const [file, axis] of [
      [linear, 'linear'],
      [log, 'log'],
    ]) {
      const words = ['figure', 'r2', '--runs', runs, '--figure', 'gradient', '--out', file!, '--axis', axis!];
      expect((await thalweg(words)).code).toBe(0);
    }
    expect(readFileSync(log, 'utf8')).not.toBe(readFileSync(linear, 'utf8'));
  });

  it('that is unknown is answered with the nearest, and nothing is written', async () => {
    makeRun();
    const out = join(runs, 'x.svg');
    const { code, stderr } = await thalweg(['figure', 'r1', '--runs', runs, '--figure', 'wlak', '--out', out]);
    expect(code).toBe(2);
    expect(stderr).toContain('did you mean "walk"?');
    expect(existsSync(out)).toBe(false);
  });

  it('cannot be written where there is no folder', async () => {
    makeRun();
    const { code, stderr } = await draw(join(runs, 'nowhere', 'x.svg'));
    expect(code).toBe(2);
    expect(stderr).toMatch(/^thalweg: --out: cannot write .*ENOENT/);
  });
});

describe('figure of a formula', () => {
  it.each(['loss-shapes', 'confidence-simplex'])('%s is drawn without a run', async (id) => {
    const out = join(runs, `${id}.svg`);
    expect(await thalweg(['figure', '--figure', id, '--out', out])).toEqual({
      code: 0,
      stdout: `${out}\n`,
      stderr: '',
    });
    expect(readFileSync(out, 'utf8')).toMatch(/^<svg/);
  });

  it.each([
    [['r1'], 'run'],
    [['--iterations', '0..4'], '--iterations'],
    [['--own'], '--own'],
    [['--data', 'x'], '--data'],
    [['--margin', 'softmax'], '--margin'],
    [['--iteration', '3'], '--iteration'],
  ])('refuses what only a run has: %j', async (words, name) => {
    const out = join(runs, 'x.svg');
    const { code, stderr } = await thalweg(['figure', '--figure', 'loss-shapes', '--out', out, ...words]);
    expect(code).toBe(2);
    expect(stderr).toContain(`figure: expected no ${name} with loss-shapes, which is drawn from a formula`);
    expect(existsSync(out)).toBe(false);
  });

  it('has no numbers of a run', async () => {
    const { code, stderr } = await thalweg(['figure', '--figure', 'loss-shapes', '--out', join(runs, 'x.csv')]);
    expect(code).toBe(2);
    expect(stderr).toContain('figure: expected no .csv with loss-shapes');
  });
});

describe('figure --schedule', () => {
  const file = (learningRate: string): string => {
    const path = join(runs, 'schedule.yaml');
    writeFileSync(
      path,
      `data: { name: mnist-1d, examples: 200, testExamples: 10 }\nmodel: { name: mlp }\noptimizer: { name: sgd, batchSize: 50, learningRate: ${learningRate} }\nduration: 3 epochs\n`,
    );
    return path;
  };

  it('draws the learning rate of a specification, without a run', async () => {
    const out = join(runs, 'schedule.svg');
    const drawn = await thalweg([
      'figure',
      '--schedule',
      file('{ schedule: cosine, rate: 0.1, length: 3 epochs }'),
      '--out',
      out,
    ]);
    expect(drawn).toEqual({ code: 0, stdout: `${out}\n`, stderr: '' });
    const cosine = readFileSync(out, 'utf8');
    expect(cosine).toContain('SGD · learning rate cosine 0.1 · batch 50 · 3 epochs');
    const change = '\nchanges: [{ at: 2 epochs, optimizer: { name: gd, learningRate: 0.01 } }]';
    writeFileSync(join(runs, 'changed.yaml'), readFileSync(file('0.1'), 'utf8') + change);
    await thalweg(['figure', '--schedule', join(runs, 'changed.yaml'), '--out', out]);
    const changed = readFileSync(out, 'utf8');
    expect(changed).toContain('GD · learning rate 0.01 · full batch');
    await thalweg(['figure', '--schedule', file('0.1'), '--out', out]);
    expect(readFileSync(out, 'utf8')).not.toBe(changed);
    expect(readFileSync(out, 'utf8')).not.toBe(cosine);
  });

  it.each([
    [['figure', 'r1', '--schedule', 'quickstart'], 'expected no run and no --figure beside --schedule, got "r1"'],
    [
      ['figure', '--figure', 'walk', '--schedule', 'quickstart'],
      'expected no run and no --figure beside --schedule, got "walk"',
    ],
    [['figure', '--figure', 'walk'], 'missing required argument "run"'],
    [['figure', 'r1'], 'required option "--figure <id>" not specified'],
    [['figure', 'r1', '--figure', 'walk', '--data', 'x'], 'expected --data only beside --schedule'],
  ])('is one of two ways to use it: %j', async (words, message) => {
    const { code, stderr } = await thalweg([...words, '--out', join(runs, 'x.svg')]);
    expect(code).toBe(2);
    expect(stderr).toContain(`thalweg: figure: ${message}`);
  });
});

describe('serve', () => {
  it('answers until a signal comes', async () => {
    makeRun();
    const terminal = new Terminal();
    const served = thalweg(['serve', '--runs', runs, '--port', '0'], terminal);
    await expect.poll(() => terminal.listeners, { timeout: 10_000 }).toBe(1);
    const address = /http:\S+/.exec(terminal.stdout.text)![0];
    expect(await (await fetch(`${address}/api/runs`)).text()).toContain('"r1"');
    terminal.signal();
    expect((await served).code).toBe(0);
    await expect(fetch(`${address}/api/runs`)).rejects.toThrow();
  });

  it('names a port that is taken', async () => {
    const terminal = new Terminal();
    const served = thalweg(['serve', '--runs', runs, '--port', '0'], terminal);
    await expect.poll(() => terminal.listeners, { timeout: 10_000 }).toBe(1);
    const port = new URL(/http:\S+/.exec(terminal.stdout.text)![0]).port;
    const { code, stderr } = await thalweg(['serve', '--runs', runs, '--port', port]);
    expect(code).toBe(1);
    expect(stderr).toMatch(new RegExp(`^thalweg: port ${port}: .*\nhint: Choose another --port`));
    terminal.signal();
    await served;
  });
});

describe('data', () => {
  it('list says what is here and what is generated', async () => {
    const { code, stdout } = await thalweg(['data', 'list', '--data', runs]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^mnist +missing /m);
    expect(stdout).toMatch(/^mnist-1d +generated /m);
    expect(stdout).toContain(`folder: ${runs}`);
    expect(JSON.parse((await thalweg(['data', 'list', '--data', runs, '--json'])).stdout)).toMatchObject({
      directory: runs,
      sets: [
        { name: 'mnist', state: 'missing' },
        { name: 'fashion-mnist', state: 'missing' },
        { name: 'cifar-10', state: 'missing' },
        { name: 'tiny-imagenet', state: 'missing' },
        { name: 'mnist-1d', state: 'generated' },
        { name: 'clusters', state: 'generated' },
        { name: 'image-folder', state: 'own', examples: null },
        { name: 'npy', state: 'own', examples: null },
        { name: 'arrays', state: 'own', examples: null },
      ],
    });
  });

  it('verify names what is missing and damaged, and the command that brings it', async () => {
    const missing = await thalweg(['data', 'verify', '--data', runs]);
    expect(missing.code).toBe(1);
    expect(missing.stderr).toContain(`thalweg data fetch mnist --data ${runs}`);
    await mkdir(join(runs, 'mnist'));
    writeFileSync(join(runs, 'mnist', 'train-labels-idx1-ubyte'), 'damaged');
    const damaged = await thalweg(['data', 'verify', 'mnist', '--data', runs]);
    expect(damaged.code).toBe(1);
    expect(damaged.stdout).toMatch(/^mnist: train-labels-idx1-ubyte damaged, /m);
    expect(damaged.stderr).toContain('got damaged train-labels-idx1-ubyte and no train-images-idx3-ubyte');
    expect((await thalweg(['data', 'list', '--data', runs])).stdout).toMatch(/^mnist +incomplete /m);
  });

  it('verify without a name checks the sets that are here', async () => {
    const batches = join(runs, 'cifar-10', 'cifar-10-batches-bin');
    await mkdir(batches, { recursive: true });
    for (const name of ['data_batch_1.bin', 'test_batch.bin']) writeFileSync(join(batches, name), new Uint8Array(3073));
    const intact = await thalweg(['data', 'verify', '--data', runs]);
    expect(intact).toMatchObject({ code: 0, stderr: '' });
    expect(intact.stdout).toContain(`cifar-10: cifar-10-batches-bin ok, ${batches}`);
    expect(intact.stdout).toMatch(/^mnist: not here/m);
    writeFileSync(join(batches, 'test_batch.bin'), new Uint8Array(3000));
    const damaged = await thalweg(['data', 'verify', '--data', runs]);
    expect(damaged.code).toBe(1);
    expect(damaged.stderr).toContain('damaged cifar-10-batches-bin');
  });

  it('verify and fetch have nothing to do for a generated set, or one of the user’s own files', async () => {
    expect(await thalweg(['data', 'verify', 'npy', '--data', runs])).toMatchObject({ code: 0, stderr: '' });
    expect(await thalweg(['data', 'fetch', 'npy', '--data', runs])).toMatchObject({
      code: 0,
      stdout: 'npy is made of your own files: there is nothing to fetch\n',
    });
    expect(await thalweg(['data', 'verify', 'mnist-1d', '--data', runs])).toMatchObject({ code: 0, stderr: '' });
    expect(await thalweg(['data', 'fetch', 'mnist-1d', '--data', runs])).toMatchObject({ code: 0, stderr: '' });
  });
});

describe('studies', () => {
  it('lists every study with its scales', async () => {
    expect((await thalweg(['studies'])).stdout).toMatch(
      /^walk-mlp-mnist: .*\n(.*\n)+? {2}smoke +2,000 training examples/m,
    );
    const listed = JSON.parse((await thalweg(['studies', '--json'])).stdout) as { readonly name: string }[];
    expect(listed.map(({ name }) => name)).toEqual(studies.map(({ name }) => name));
    expect(listed.slice(0, 2)).toMatchObject([{ name: 'quickstart' }, { name: 'walk-mlp-mnist' }]);
  });
});
