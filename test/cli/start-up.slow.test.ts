import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { program, requireProgram } from './program.ts';

const exchange = resolve(import.meta.dirname, '../goldens/exchange');

/** Writes the address of every module that the program loads to descriptor 3. */
const recorder = `
  import { register } from 'node:module';
  register('data:text/javascript,' + encodeURIComponent(\`
    import { writeSync } from 'node:fs';
    export async function load(url, context, next) {
      writeSync(3, url + '\\\\n');
      return next(url, context);
    }\`));
`;

/** What a command printed, and the packages and folders of ours that it loaded. */
function loadedBy(...argv: string[]): { stdout: string; packages: Set<string>; folders: Set<string> } {
  const hook = ['--import', `data:text/javascript,${encodeURIComponent(recorder)}`];
  const ended = spawnSync(process.execPath, [...hook, program, ...argv], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  expect(ended.status, ended.stderr).toBe(0);
  const urls = (ended.output[3] ?? '').split('\n').map(decodeURIComponent);
  const parts = (pattern: RegExp): Set<string> => new Set(urls.flatMap((url) => pattern.exec(url)?.slice(1) ?? []));
  const packages = parts(/node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*node_modules\/)/);
  return { stdout: ended.stdout, packages, folders: parts(/\/dist\/([^/]+)\//) };
}

/** What starts slowly, and what only the server, figures and papers need. */
const heavy = [
  'fastify',
  'sharp',
  '@observablehq/plot',
  '@resvg/resvg-js',
  'linkedom',
  'bullmq',
  'marked',
  'ml-matrix',
];

/** Nobody waits for modules that a command does not need: that, and not seconds, is the same on every machine. */
describe('a command loads only what it needs', () => {
  beforeAll(requireProgram);

  it('--help loads neither schemas nor a runtime', () => {
    const { stdout, packages, folders } = loadedBy('--help');
    expect(stdout).toContain('Usage: thalweg');
    expect([...packages].sort()).toEqual(['commander', 'fastest-levenshtein', 'pure-rand']);
    expect([...folders].sort()).toEqual(['base', 'cli']);
  });

  it('list loads schemas and the store', () => {
    const { stdout, packages, folders } = loadedBy('list', '--runs', join(exchange, 'none'));
    expect(stdout).toContain('no runs in');
    expect(heavy.filter((name) => packages.has(name))).toEqual([]);
    expect([...folders].sort()).toEqual(['arrays', 'base', 'cli', 'contract', 'store']);
  });

  it('measure --model prints a loss without derivatives, figures, papers and the server', () => {
    const set = ['--data', join(exchange, 'data.npz'), '--set', 'data.normalise=false'];
    const { stdout, packages, folders } = loadedBy('measure', '--model', 'mlp', '--set', 'model.hidden=[10]', ...set);
    expect(stdout).toMatch(/\nloss /);
    expect(heavy.filter((name) => packages.has(name))).toEqual([]);
    expect([...packages].filter((name) => name.startsWith('@stdlib/stats'))).toEqual([]);
    const unneeded = [
      'curvature',
      'figures',
      'landscape',
      'linop',
      'probes',
      'reproduce',
      'server',
      'statistics',
      'theory',
    ];
    expect(unneeded.filter((name) => folders.has(name))).toEqual([]);
  });
});
