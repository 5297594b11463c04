import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Terminal, thalweg } from './terminal.ts';

const commands = [
  ['run'],
  ['resume'],
  ['studies'],
  ['reproduce'],
  ['list'],
  ['show'],
  ['measure'],
  ['export'],
  ['figure'],
  ['annotate'],
  ['remove'],
  ['restore'],
  ['trash'],
  ['serve'],
  ['data'],
  ['data', 'list'],
  ['data', 'fetch'],
  ['data', 'verify'],
];

describe('help', () => {
  // The first one loads what the lists of names come from, which takes its time on a busy machine.
  it.each(commands)(
    'of %s %s goes to standard output with examples of that command',
    { timeout: 90_000 },
    async (...words) => {
      const names = words.filter((word): word is string => typeof word === 'string');
      const { code, stdout, stderr } = await thalweg([...names, '--help']);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toContain(`Usage: thalweg ${names.join(' ')}`);
      expect(stdout).toMatch(new RegExp(`Examples:\n  \\$ thalweg ${names[0]}`));
    },
  );

  it('of run lists the studies, of reproduce the papers, of figure the figures, of measure the quantities', async () => {
    expect((await thalweg(['run', '--help'])).stdout).toMatch(/Studies:\n {2}quickstart .*\n {2}walk-mlp-mnist /);
    expect((await thalweg(['help', 'figure'])).stdout).toMatch(
      /Figures:\n {2}walk [^]*Figures without a run:\n {2}loss-shapes /,
    );
    expect((await thalweg(['reproduce', '--help'])).stdout).toMatch(/Papers:\n {2}W +A Walk with SGD \(\d+ claims\)/);
    expect((await thalweg(['measure', '--help'])).stdout).toMatch(/Quantities:\n {2}hessian-spectrum .*eigenvalues/);
  });

  it('of the program names every command', async () => {
    const { code, stdout } = await thalweg(['--help']);
    expect(code).toBe(0);
    for (const [name] of commands) expect(stdout).toMatch(new RegExp(`^  ${name}\\b`, 'm'));
  });

  it('is shown on standard error, as wrong use, when no command is given', async () => {
    const { code, stdout, stderr } = await thalweg([]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('Usage: thalweg [options] [command]');
  });
});

describe('--version', () => {
  it('prints the version of the package', async () => {
    const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as {
      version: string;
    };
    expect(await thalweg(['--version'])).toEqual({ code: 0, stdout: `${version}\n`, stderr: '' });
  });
});

describe('wrong use', () => {
  it.each([
    ['lst', 'unknown command "lst", did you mean list?', 'thalweg --help'],
    ['frobnicate', 'unknown command "frobnicate"', 'thalweg --help'],
    ['list --jsn', 'list: unknown option "--jsn", did you mean --json?', 'thalweg list --help'],
    ['run', 'run: missing required argument "study or file"', 'thalweg run --help'],
    ['run a b', 'run: too many arguments for "run", expected 1 argument, got 2', 'thalweg run --help'],
    ['run quickstart --set', 'run: option "--set <key=value>" argument missing', 'thalweg run --help'],
    ['run quickstart --scale lptop', '--scale: unknown value "lptop", did you mean "laptop"?', 'thalweg run --help'],
    ['run quickstart --device gpu', '--device: unknown value "gpu", did you mean "cpu"?', 'thalweg run --help'],
    ['run quickstart --seed -1', '--seed: expected a whole number of at least 0, got "-1"', 'thalweg run --help'],
    ['run quickstart --seed 1.5', '--seed: expected a whole number of at least 0, got "1.5"', 'thalweg run --help'],
    [
      'run quickstart --threads some',
      '--threads: expected a whole number from 1 to 1024, got "some"',
      'thalweg run --help',
    ],
    ['serve --port 70000', '--port: expected a whole number from 0 to 65535, got "70000"', 'thalweg serve --help'],
    [
      'run quickstart --set x',
      '--set: expected key=value such as optimizer.learningRate=0.05, got "x"',
      'thalweg run --help',
    ],
    [
      'export last --format xml',
      '--format: unknown value "xml", expected one of csv, parquet, json',
      'thalweg export --help',
    ],
    ['export last', 'export: required option "--format <name>" not specified', 'thalweg export --help'],
    [
      'figure last --figure walk --out a.gif',
      '--out: expected a file that ends in .svg, .png or .csv, got "a.gif"',
      'thalweg figure --help',
    ],
    [
      'figure last --figure walk --out a.svg --iterations 4',
      '--iterations: expected from..to such as 0..40, got "4"',
      'thalweg figure --help',
    ],
    [
      'figure last --figure margins --out a.svg --margin soft',
      '--margin: unknown value "soft", expected one of output, absolute, softmax',
      'thalweg figure --help',
    ],
    [
      'figure last --figure loss-slice --out a.svg --training-loss half',
      '--training-loss: expected a number of at least 0, got "half"',
      'thalweg figure --help',
    ],
    ['measure last --at last', 'measure: required option "--quantity <name>" not specified', 'thalweg measure --help'],
    ['measure last --quantity x --at 1.5', '--at: expected an iteration or last, got "1.5"', 'thalweg measure --help'],
    [
      'measure last --at last --quantity hessian-spectrum --examples 0',
      '--examples: expected a whole number of at least 1, got "0"',
      'thalweg measure --help',
    ],
    [
      'measure last --at last --quantity hessian-spectrm',
      '--quantity: unknown value "hessian-spectrm", did you mean "hessian-spectrum"?',
      'thalweg measure --help',
    ],
    [
      'measure last --at last --quantity hessian-spectrum --set kk=1',
      '--set kk: unknown key "kk", did you mean "k"?',
      'thalweg measure --help',
    ],
    [
      'measure last --at last --quantity hessian-spectrum --out vectors.npy',
      '--out: expected a file that ends in .safetensors, .svg, .png, got "vectors.npy"',
      'thalweg measure --help',
    ],
    ['reproduce', 'reproduce: missing required argument "paper"', 'thalweg reproduce --help'],
    ['reproduce X', 'paper: unknown name "X", expected one of W, G, M, F, R, all', 'thalweg reproduce --help'],
    ['reproduce all W', 'reproduce: expected all, or letters, got all W', 'thalweg reproduce --help'],
    ['reproduce W --seeds 1', '--seeds: expected a whole number from 2 to 1000, got "1"', 'thalweg reproduce --help'],
    [
      'reproduce R --only R-surfac --dry-run',
      '--only: unknown name "R-surfac", did you mean "R-surface"?',
      'thalweg reproduce --help',
    ],
    [
      'figure last --figure W-cos.walk --out a.svg',
      'figure: expected no run with W-cos.walk, which is of a paper',
      'thalweg figure --help',
    ],
    [
      'figure last --figure walk --out a.svg --scale smoke',
      'figure: expected no --scale with this figure, which is not of a paper',
      'thalweg figure --help',
    ],
    [
      'figure --figure W-cos.wlk --out a.svg',
      'figure: no figure of a paper "W-cos.wlk"; did you mean "W-cos.walk"?',
      'thalweg figure --help',
    ],
    ['data lst', 'data: unknown command "lst", did you mean list?', 'thalweg data --help'],
    ['data fetch mnst', 'data: no data set "mnst", did you mean "mnist"?', 'thalweg data --help'],
    ['data verify mnst', 'data: no data set "mnst", did you mean "mnist"?', 'thalweg data --help'],
  ])('`%s` ends with 2, one line and one hint', async (line, message, hint) => {
    const { code, stdout, stderr } = await thalweg(line.split(' '));
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/^thalweg: .*\nhint: .*\n$/);
    expect(stderr).toContain(`thalweg: ${message}`);
    expect(stderr).toContain(`\`${hint}\``);
  });

  it.each([
    [
      'run quikstart',
      'thalweg: study: unknown name "quikstart", did you mean "quickstart"?\nhint: `thalweg run --help` lists the studies.\n',
    ],
    [
      'run quickstart --set optimiser.name=gd',
      'thalweg: --set optimiser: unknown key "optimiser", did you mean "optimizer"?\n',
    ],
    ['run ./missing.yaml', 'thalweg: ./missing.yaml: expected a specification file, but there is no such file\n'],
    ['show nothing --runs ./no-such-folder', 'thalweg: run "nothing": expected one run in '],
    ['resume last --runs ./no-such-folder', 'thalweg: run last: expected a run in '],
  ])('`%s` ends with 2 and says what was expected', async (line, message) => {
    const { code, stderr } = await thalweg(line.split(' '));
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr.trimEnd().split('\n')).toHaveLength(2);
  });
});

describe('an error', () => {
  const wrong = ['run', 'quikstart'];

  it('shows its stack only with --debug or THALWEG_DEBUG', async () => {
    expect((await thalweg(wrong)).stderr).not.toContain('    at ');
    expect((await thalweg([...wrong, '--debug'])).stderr).toMatch(/ThalwegError: study: .*\n {4}at /);
    expect((await thalweg(wrong, new Terminal({ env: { THALWEG_DEBUG: '1' } }))).stderr).toContain('    at ');
  });

  it('is also the one JSON document with --json', async () => {
    const { stdout, stderr } = await thalweg([...wrong, '--json']);
    expect(JSON.parse(stdout)).toEqual({
      error: {
        code: 'STUDY_UNKNOWN',
        message: 'study: unknown name "quikstart", did you mean "quickstart"?',
        remedy: '`thalweg run --help` lists the studies.',
      },
    });
    expect(stderr).toContain('thalweg: study: ');
  });

  it('has a dim hint on a terminal, unless NO_COLOR is set', async () => {
    expect((await thalweg(wrong, new Terminal({ isTTY: true }))).stderr).toContain('\u001b[2mhint: ');
    expect((await thalweg(wrong, new Terminal({ isTTY: true, env: { NO_COLOR: '1' } }))).stderr).not.toContain(
      '\u001b',
    );
  });
});
