import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { copyProject } from './contents.ts';

/** Bytes that a bundle may have. */
export const mostBytes = 60_000_000;

export interface BundleOptions {
  /** The checkout, with its packages installed and the project built. */
  readonly root: string;
  /** Where the archive is written. */
  readonly folder: string;
  /** From 0 (fast) to 9 (small), as xz takes it. */
  readonly preset: number;
}

/** Found by its own place, through links too; nothing of the machine is used but `sh` and `readlink`. */
const launcher = `#!/bin/sh
here=$(readlink -f -- "$0")
here=\${here%/*}
exec "$here/bin/node" "$here/app/dist/cli/main.js" "$@"
`;

/**
 * Makes `thalweg-<version>-linux-x64.tar.xz`: the Node that runs this, without its symbols where `strip` is at hand, the built project,
 * and the packages that it needs on Linux on x86-64, without CUDA. Returns the path of the archive. Throws where this is another
 * machine, the project is not built, or the archive is larger than {@link mostBytes}.
 */
export function makeBundle({ root, folder, preset }: BundleOptions): string {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error(`bundle: expected Linux on x64, whose files go into it, got ${process.platform} on ${process.arch}`);
  for (const built of ['dist/cli/main.js', 'dist/web/index.html'])
    if (!existsSync(join(root, built))) throw new Error(`bundle: expected ${built}, which npm run build makes, got none`);
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { readonly version: string };
  const name = `thalweg-${version}-linux-x64`;
  const staging = mkdtempSync(join(tmpdir(), 'thalweg-bundle-'));
  try {
    stage(root, join(staging, name));
    return pack(staging, name, folder, preset);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

function stage(root: string, bundle: string): void {
  mkdirSync(join(bundle, 'bin'), { recursive: true });
  writeFileSync(join(bundle, 'thalweg'), launcher);
  chmodSync(join(bundle, 'thalweg'), 0o755);
  placeNode(join(bundle, 'bin/node'));
  copyProject(root, join(bundle, 'app'));
}

/** Symbols are a tenth of Node, and only debuggers read them. */
function placeNode(to: string): void {
  copyFileSync(process.execPath, to);
  chmodSync(to, 0o755);
  try {
    execFileSync('strip', ['--strip-unneeded', to], { stdio: 'ignore' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

/** Packs the folder `name`; equal contents give equal bytes. */
function pack(staging: string, name: string, folder: string, preset: number): string {
  const archive = join(folder, `${name}.tar.xz`);
  mkdirSync(folder, { recursive: true });
  const options = ['--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner'];
  execFileSync('tar', ['-C', staging, ...options, '-cJf', archive, name], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, XZ_OPT: `-${preset} -T0` },
  });
  const { size } = statSync(archive);
  if (size <= mostBytes) return archive;
  rmSync(archive);
  throw new Error(`bundle: expected ${basename(archive)} to have at most ${mostBytes} bytes, got ${size}`);
}
