import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { root } from './markdown.ts';

it('the reference of the package is made without a warning: every type that an entry mentions is exported, every link leads somewhere', async () => {
  const typedoc = join(root, 'node_modules', 'typedoc', 'bin', 'typedoc');
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [typedoc, '--emit', 'none'], { cwd: root });
  expect(stdout + stderr).not.toMatch(/warning|error/);
});
