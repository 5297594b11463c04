import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRun } from '../../src/store/index.ts';
import { makeBundle } from '../../tools/portable/bundle.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const isPlatform = process.platform === 'linux' && process.arch === 'x64';

describe.skipIf(!isPlatform)('the portable bundle, unpacked where nothing else is,', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'thalweg-portable-'));
    // The fastest compression; that of the tool makes it smaller still.
    const archive = makeBundle({ root, folder, preset: 0 });
    execFileSync('tar', ['-xJf', archive, '-C', folder, '--strip-components=1']);
    rmSync(archive);
    // A machine whose only commands are those of the launcher, which is found through a link.
    mkdirSync(join(folder, 'commands'));
    symlinkSync('/usr/bin/readlink', join(folder, 'commands/readlink'));
    symlinkSync('../thalweg', join(folder, 'commands/thalweg'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const thalweg = (...args: string[]): string =>
    execFileSync(join(folder, 'commands/thalweg'), args, {
      cwd: folder,
      encoding: 'utf8',
      env: { PATH: join(folder, 'commands') },
      stdio: ['ignore', 'pipe', 'pipe'],
    });

  it('trains a study in a process of its own, and draws a figure of it', () => {
    thalweg('run', 'quickstart', '--scale', 'smoke', '--id', 'r', '--runs', join(folder, 'runs'));
    const reader = openRun(join(folder, 'runs'), 'r');
    expect(reader.file()).toMatchObject({ status: 'finished', environment: { device: 'cpu', node: process.version } });
    reader.close();
    const figure = ['figure', 'r', '--figure', 'walk', '--runs', join(folder, 'runs')];
    expect(thalweg(...figure, '--out', join(folder, 'walk.png'))).toContain('walk.png');
  });
});
