import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ThalwegError } from '../../src/base/index.ts';
import { findStudy, resolveSpecification, scales, studies } from '../../src/studies/index.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'thalweg-studies-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const quickstart = (...sets: string[]) => resolveSpecification({ target: 'quickstart', sets });
const walk = (...sets: string[]) => resolveSpecification({ target: 'walk-mlp-mnist', sets });

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** The one-line message of a failure, without the temporary folder, after its code. */
function failure(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof ThalwegError) {
      expect(error.message).not.toContain('\n');
      return `${error.code} ${error.message.replaceAll(`${folder}/`, '')}`;
    }
    throw error;
  }
  throw new Error('expected a failure');
}

const minimal = `
data: { name: mnist-1d }
model: { name: mlp }
optimizer: { name: sgd }
duration: 2 epochs
`;

describe('a study', () => {
  it.each(
    studies.flatMap((study) =>
      scales.flatMap((scale) => ['sgd', 'gd'].map((optimizer) => [study.name, scale, optimizer] as const)),
    ),
  )('%s follows the schema at scale %s with %s', (target, scale, optimizer) => {
    const specification = resolveSpecification({ target, scale, sets: [`optimizer.name=${optimizer}`] });
    expect(specification).toMatchObject({ study: target, scale, seed: 1, optimizer: { name: optimizer } });
    const walks = findStudy(target).rows.includes('W-interp');
    const kinds = specification.probes.map((probe) => probe.kind);
    expect(kinds).toEqual(walks ? ['interpolation', 'gradient-cosine', 'distance'] : []);
  });

  it('uses the laptop scale unless another one is asked for', () => {
    expect(walk().scale).toBe('laptop');
    expect(walk().probes[0]).toEqual({
      kind: 'interpolation',
      points: 11,
      epochs: [1, 2],
      iterations: 40,
      examples: 'all',
      batchNorm: 'batch',
    });
    expect(resolveSpecification({ target: 'walk-mlp-mnist', scale: 'smoke' })).toMatchObject({
      data: { name: 'mnist', examples: 2000 },
      duration: '40 iterations',
    });
    expect(resolveSpecification({ target: 'walk-mlp-mnist', scale: 'paper' })).toMatchObject({
      duration: '40 epochs',
      probes: [{ epochs: [1, 10, 25, 40], iterations: 'all' }, {}, {}],
    });
  });

  it('that is unknown is answered with the nearest name', () => {
    expect(failure(() => resolveSpecification({ target: 'quikstart' }))).toBe(
      'STUDY_UNKNOWN study: unknown name "quikstart", did you mean "quickstart"?',
    );
    expect(failure(() => resolveSpecification({ target: 'zzz' }))).toContain(
      'expected one of quickstart, walk-mlp-mnist',
    );
  });
});

describe('--set', () => {
  it('reads YAML scalars, lists and mappings, and positions in lists', () => {
    const specification = quickstart(
      'optimizer.learningRate=5e-2',
      'model.hidden=[8, 4]',
      'probes.0.points=21',
      'checkpoints={every: 3 epochs, keep: 2}',
      'name=a title: with a colon'.replace(': ', ' – '),
    );
    expect(specification.optimizer.learningRate).toBe(0.05);
    expect(specification.model).toMatchObject({ hidden: [8, 4] });
    expect(specification.probes[0]).toMatchObject({ points: 21 });
    expect(specification.checkpoints).toEqual({ every: '3 epochs', keep: 2 });
    expect(specification.name).toBe('a title – with a colon');
  });

  it('creates mappings and lists that the specification leaves out', () => {
    const target = file('minimal.yaml', minimal);
    const specification = resolveSpecification({ target, sets: ['checkpoints.keep=7', 'probes.0.kind=distance'] });
    expect(specification.checkpoints).toEqual({ every: '1 epoch', keep: 7 });
    expect(specification.probes).toEqual([{ kind: 'distance' }]);
  });

  it('appends to a list at the position after its last entry, and refuses gaps', () => {
    expect(quickstart('probes.3={kind: distance}').probes).toHaveLength(4);
    expect(failure(() => quickstart('probes.5.points=3'))).toBe(
      'SPECIFICATION_INVALID --set probes.5.points: expected a position from 0 to 3 in probes, got 5',
    );
    expect(failure(() => quickstart('probes.first.points=3'))).toContain('got "first"');
  });

  it('optimizer.name=gd drops the batch size, takes the default chunk size, and counts in iterations', () => {
    const specification = walk('optimizer.name=gd');
    expect(specification.optimizer).toEqual({
      name: 'gd',
      learningRate: 0.1,
      chunkSize: 1000,
      momentum: 0,
      nesterov: false,
    });
    expect(specification.duration).toBe('100 iterations');
    expect(specification.probes[0]).toMatchObject({ epochs: 'all', iterations: 'all' });
  });

  it('changes the variant in a file too, whatever the order of the options', () => {
    const target = file(
      'spec.yaml',
      minimal.replace('{ name: sgd }', '{ name: sgd, batchSize: 50, learningRate: 0.3 }'),
    );
    const sets = ['optimizer.chunkSize=500', 'optimizer.name=gd'];
    expect(resolveSpecification({ target, sets }).optimizer).toMatchObject({
      name: 'gd',
      learningRate: 0.3,
      chunkSize: 500,
    });
    expect(resolveSpecification({ target, sets }).optimizer).not.toHaveProperty('batchSize');
  });

  it('does not hide a misspelled key behind a change of variant', () => {
    const target = file('spec.yaml', minimal.replace('{ name: sgd }', '{ name: sgd, batchSise: 50 }'));
    expect(failure(() => resolveSpecification({ target, sets: ['optimizer.name=gd'] }))).toContain(
      'unknown key "batchSise"',
    );
  });

  it('reaches changes of the update rule, and completes them with defaults', () => {
    const first = ['changes.0.at=30 iterations', 'changes.0.optimizer.name=adam'];
    expect(quickstart(...first, 'changes.1={ at: 4 epochs, optimizer: { name: sgd } }').changes).toMatchObject([
      { at: '30 iterations', optimizer: { name: 'adam', learningRate: 0.001, batchSize: 100, lastBatch: 'drop' } },
      { at: '4 epochs', optimizer: { name: 'sgd', learningRate: 0.1, replacement: false } },
    ]);
    const descent = 'changes.0={ at: 3 epochs, optimizer: { name: gd } }';
    expect(failure(() => quickstart(descent, 'changes.0.optimizer.batchSize=5'))).toBe(
      'SPECIFICATION_INVALID --set changes.0.optimizer.batchSize: unknown key "batchSize", expected one of name, learningRate, chunkSize, momentum, nesterov, noise',
    );
    expect(failure(() => quickstart(...first, 'changes.0.at=3'))).toBe(
      'SPECIFICATION_INVALID --set changes.0.at: expected a text, got 3',
    );
  });

  it('refuses a key of the variant that was left', () => {
    expect(failure(() => walk('optimizer.batchSize=5', 'optimizer.name=gd'))).toBe(
      'SPECIFICATION_INVALID --set optimizer.batchSize: unknown key "batchSize", expected one of name, learningRate, chunkSize, momentum, nesterov, noise',
    );
  });

  it.each([
    [
      'optimizer.learningrate=1',
      '--set optimizer.learningrate: unknown key "learningrate", did you mean "learningRate"?',
    ],
    ['optimiser.name=gd', '--set optimiser: unknown key "optimiser", did you mean "optimizer"?'],
    ['learningRate=1', '--set learningRate: unknown key "learningRate", did you mean "optimizer.learningRate"?'],
    ['probes.0.point=3', '--set probes.0.point: unknown key "point", did you mean "points"?'],
    ['optimizer.name=addam', '--set optimizer.name: unknown value "addam", did you mean "adam"?'],
    ['model.activation=rellu', '--set model.activation: unknown value "rellu", did you mean "relu"?'],
    ['optimizer.learningRate=fast', '--set optimizer.learningRate: expected a number or a mapping, got "fast"'],
    ['optimizer.learningRate=-1', '--set optimizer.learningRate: expected a number greater than 0, got -1'],
    ['optimizer.batchSize=1.5', '--set optimizer.batchSize: expected a whole number, got 1.5'],
    ['optimizer=sgd', '--set optimizer: expected a mapping, got "sgd"'],
    [
      'optimizer={learningRate: 1}',
      '--set optimizer.name: expected sgd or gd or adam or rmsprop or sam or langevin, got nothing',
    ],
    [
      'optimizer.learningRate={schedule: cosin, rate: 1}',
      '--set optimizer.learningRate.schedule: unknown value "cosin", did you mean "cosine"?',
    ],
    [
      'optimizer.learningRate={schedule: cosine, rate: 1, lenght: 1 epoch}',
      '--set optimizer.learningRate.lenght: unknown key "lenght", did you mean "length"?',
    ],
    ['duration=soon', '--set duration: expected a span such as "40 iterations" or "2 epochs", got "soon"'],
    ['probes.0.points=1', '--set probes.0.points: expected a number at least 3, got 1'],
    ['probes.0.epochs=some', '--set probes.0.epochs: expected "all" or a list, got "some"'],
    ['probes.0.epochs=[]', '--set probes.0.epochs: expected a list with at least 1 entries, got a list'],
    ['probes.0.epochs=[0]', '--set probes.0.epochs.0: expected a number greater than 0, got 0'],
    ['threads=many', '--set threads: expected "auto" or a number, got "many"'],
    ['seed.x=1', '--set seed: expected a number, got a mapping'],
    ['__proto__.x=1', '--set __proto__.x: unknown key "__proto__"'],
    ['data.examples=99999999999', '--set data.examples: expected a number at most 1000000, got 99999999999'],
  ])('%s is answered in one line', (set, message) => {
    expect(failure(() => quickstart(set))).toContain(`SPECIFICATION_INVALID ${message}`);
  });

  it.each(['optimizer.learningRate', '=3', '.a=1', 'a..b=1'])('%s is wrong usage', (set) => {
    expect(failure(() => quickstart(set))).toBe(
      `USAGE --set: expected key=value such as optimizer.learningRate=0.05, got ${JSON.stringify(set)}`,
    );
  });

  it('names a value that is not YAML', () => {
    expect(failure(() => quickstart('model.hidden=[1, 2'))).toMatch(
      /^USAGE --set model\.hidden: the value is not valid YAML: /,
    );
  });

  it('gives way to --seed, --device, --threads and --name', () => {
    const specification = resolveSpecification({
      target: 'quickstart',
      sets: ['seed=3'],
      seed: 4,
      device: 'webgpu',
      threads: 2,
      name: 'x',
    });
    expect(specification).toMatchObject({ seed: 4, device: 'webgpu', threads: 2, name: 'x' });
  });
});

describe('a specification file', () => {
  it('is read as YAML or JSON, with defaults filled in and the editor’s $schema left out', () => {
    const yaml = resolveSpecification({ target: file('a.yaml', minimal) });
    const json = JSON.stringify(
      {
        $schema: './x.json',
        data: { name: 'mnist-1d' },
        model: { name: 'mlp' },
        optimizer: { name: 'sgd' },
        duration: '2 epochs',
      },
      null,
      '\t',
    );
    expect(resolveSpecification({ target: file('a.json', json) })).toEqual(yaml);
    expect(yaml).toMatchObject({ seed: 1, optimizer: { batchSize: 100 }, probes: [] });
    expect(yaml).not.toHaveProperty('study');
  });

  it.each([
    ['a.yaml', `${minimal}optimizr: 1`, 'a.yaml: optimizr: unknown key "optimizr", did you mean "optimizer"?'],
    [
      'a.yaml',
      minimal.replace('optimizer', 'optimiser'),
      'a.yaml: optimiser: unknown key "optimiser", did you mean "optimizer"? (and 1 more)',
    ],
    ['a.yaml', minimal.replace('duration: 2 epochs', ''), 'a.yaml: duration: expected a text, got nothing'],
    ['a.yaml', 'data:\n  name: [mnist', 'a.yaml: line 2, column 15: not valid YAML: '],
    ['a.yaml', 'data: 1\ndata: 2', 'a.yaml: line 2, column 1: not valid YAML: Map keys must be unique'],
    ['a.json', '{"data": {"name": "mnist"', 'a.json: line 1, column '],
    ['a.yaml', '', 'a.yaml: expected a mapping of keys to values, got an empty file'],
    ['a.yaml', '- 1', 'a.yaml: expected a mapping of keys to values, got something else'],
    ['a.yaml', 'data: *nowhere', 'a.yaml: '],
  ])('%s with a mistake is answered in one line: %#', (name, text, message) => {
    expect(failure(() => resolveSpecification({ target: file(name, text) }))).toContain(
      `SPECIFICATION_INVALID ${message}`,
    );
  });

  it('that does not exist or is a folder is named', () => {
    expect(failure(() => resolveSpecification({ target: './nowhere.yaml' }))).toBe(
      'SPECIFICATION_INVALID ./nowhere.yaml: expected a specification file, but there is no such file',
    );
    expect(failure(() => resolveSpecification({ target: folder }))).toContain('EISDIR');
  });

  it('takes no scale', () => {
    const target = file('a.yaml', minimal);
    expect(failure(() => resolveSpecification({ target, scale: 'smoke' }))).toContain(
      'USAGE --scale: expected a study, got the file a.yaml',
    );
  });
});
