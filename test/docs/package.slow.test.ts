import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { readPage, root } from './markdown.ts';

const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { exports: Record<string, string> };
const modules = Object.entries(exports).filter(([, path]) => path.endsWith('.js'));
const nameOf = (entry: string): string => `thalweg${entry.slice(1)}`;

describe('an entry of the package', () => {
  it.each(modules)('%s is the index of its folder, and stands in the README', (entry, path) => {
    expect(path).toBe(`./dist${entry.slice(1)}/index.js`);
    const rows = readPage('README.md')
      .split('\n')
      .filter((line) => line.startsWith('|') && line.split('|')[1]!.includes(`\`${nameOf(entry)}\``));
    expect(rows).toHaveLength(1);
  });

  it.each(modules)('%s gives users what its source exports, with types', async (entry, path) => {
    expect(existsSync(join(root, path)), `${path} is there (npm run build makes it)`).toBe(true);
    expect(existsSync(join(root, path.replace(/\.js$/, '.d.ts')))).toBe(true);
    const print = 'console.log(JSON.stringify(Object.keys(await import(process.argv[1]))))';
    const argv = ['--input-type=module', '-e', print, nameOf(entry)];
    const { stdout } = await promisify(execFile)(process.execPath, argv, { cwd: root });
    const source = (await import(join(root, 'src', entry, 'index.ts'))) as object;
    const names = JSON.parse(stdout) as string[];
    expect(names.length).toBeGreaterThan(0);
    expect(names.sort()).toEqual(Object.keys(source).sort());
  });

  it('is there for every folder that networks are made, trained and measured with', () => {
    const parts = readdirSync(join(root, 'src')).filter((folder) => `./${folder}` in exports);
    const trained = ['autodiff', 'data', 'graph', 'nn', 'onnx', 'ops', 'optim', 'runtime', 'train'];
    const measured = ['claims', 'curvature', 'figures', 'landscape', 'linop', 'probes', 'quantities'];
    const judged = ['statistics', 'theory'];
    expect(parts.sort()).toEqual([...trained, ...measured, ...judged].sort());
  });

  it('is the only one for what it offers: none of it is exported by thalweg itself, too', async () => {
    const namesOf = async (entry: string): Promise<string[]> =>
      Object.keys((await import(join(root, 'src', entry, 'index.ts'))) as object);
    const own = new Set(await namesOf('.'));
    for (const [entry] of modules.filter(([name]) => name !== '.'))
      expect(
        (await namesOf(entry)).filter((name) => own.has(name)),
        entry,
      ).toEqual([]);
  });
});
