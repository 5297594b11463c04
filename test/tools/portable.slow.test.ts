import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRun } from '../../src/store/index.ts';
import { stageBundle } from '../../tools/portable/bundle.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const isPlatform = process.platform === 'linux' && process.arch === 'x64';

// Packing takes minutes and changes no file: what the archive holds is run as it is put together.
describe.skipIf(!isPlatform)('the portable bundle, where nothing else is,', () => {
  let folder: string;
  let commands: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'thalweg-portable-'));
    const name = await stageBundle(root, folder);
    // A machine whose only commands are the launcher, found through a link, and the one that it uses.
    commands = join(folder, 'commands');
    mkdirSync(commands);
    symlinkSync('/usr/bin/readlink', join(commands, 'readlink'));
    symlinkSync(`../${name}/thalweg`, join(commands, 'thalweg'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('trains a study in a process of its own', async () => {
    const runs = join(folder, 'runs');
    const args = ['run', 'quickstart', '--scale', 'smoke', '--id', 'r', '--runs', runs];
    await promisify(execFile)(join(commands, 'thalweg'), args, { cwd: folder, env: { PATH: commands } });
    const reader = openRun(runs, 'r');
    expect(reader.file()).toMatchObject({ status: 'finished', environment: { device: 'cpu', node: process.version } });
    reader.close();
  });
});
