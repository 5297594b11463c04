import { execFile } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { copyProject } from './contents.ts';

const run = promisify(execFile);

/** Bytes that a bundle may have. */
export const mostBytes = 60_000_000;

/** Found by its own place, through links too; nothing of the machine is used but `sh` and `readlink`. */
const launcher = `#!/bin/sh
here=$(readlink -f -- "$0") || exit 127
here=\${here%/*}
exec "$here/bin/node" "$here/app/dist/cli/main.js" "$@"
`;

/**
 * Puts together in `folder` what the archive holds: the Node that runs this, without its symbols where `strip` is at hand, the built
 * project, and the packages that it needs on Linux on x86-64, without CUDA. Returns the folder's name, `thalweg-<version>-linux-x64`.
 * Throws where this is another machine or the project is not built.
 *
 * @param root the checkout, with its packages installed and the project built
 */
export async function stageBundle(root: string, folder: string): Promise<string> {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error(
      `bundle: expected Linux on x64, whose files go into it, got ${process.platform} on ${process.arch}`,
    );
  for (const built of ['dist/cli/main.js', 'dist/web/index.html'])
    if (!existsSync(join(root, built)))
      throw new Error(`bundle: expected ${built}, which npm run build makes, got none`);
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly version: string };
  const name = `thalweg-${version}-linux-x64`;
  const bundle = join(folder, name);
  mkdirSync(join(bundle, 'bin'), { recursive: true });
  writeFileSync(join(bundle, 'thalweg'), launcher);
  chmodSync(join(bundle, 'thalweg'), 0o755);
  await placeNode(join(bundle, 'bin/node'));
  copyProject(root, join(bundle, 'app'));
  return name;
}

/** Makes the archive in `folder` and returns its path. Throws what {@link stageBundle} throws, and for one of more than {@link mostBytes}. */
export async function makeBundle(root: string, folder: string): Promise<string> {
  const staging = mkdtempSync(join(tmpdir(), 'thalweg-bundle-'));
  try {
    return await pack(staging, await stageBundle(root, staging), folder);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

/** Symbols are a tenth of Node, and only debuggers read them. */
async function placeNode(to: string): Promise<void> {
  copyFileSync(process.execPath, to);
  chmodSync(to, 0o755);
  try {
    await run('strip', ['--strip-unneeded', to]);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

/** Packs the folder `name`; equal contents give equal bytes. */
async function pack(staging: string, name: string, folder: string): Promise<string> {
  const archive = join(folder, `${name}.tar.xz`);
  mkdirSync(folder, { recursive: true });
  const options = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner'];
  await run('tar', ['-C', staging, ...options, '-cJf', archive, name], { env: { ...process.env, XZ_OPT: '-6 -T0' } });
  const { size } = statSync(archive);
  if (size <= mostBytes) return archive;
  rmSync(archive);
  throw new Error(`bundle: expected ${basename(archive)} to have at most ${mostBytes} bytes, got ${size}`);
}
