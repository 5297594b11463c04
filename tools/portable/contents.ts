import { cpSync, existsSync, readFileSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';

/** A file or folder of the checkout, and its place below `app/` of the bundle. */
export interface Part {
  readonly from: string;
  readonly to: string;
}

/** One package of the lock file, as far as it says for what it is needed. */
interface LockedPackage {
  readonly dev?: boolean;
  readonly devOptional?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
}

const platform = { os: 'linux', cpu: 'x64', libc: 'glibc' } as const;

/** What a package brings for other machines, or for whoever compiles it or against it. */
const needless: readonly RegExp[] = [
  /\/bin\/napi-v\d+\/(?!linux(\/x64(\/|$)|$))/,
  /\/prebuilds\/(?!linux-x64(\/|$))[^/]+/,
  /\.musl\.node$/,
  /\.(map|ts|mts|cts|tsx|flow|cc|cpp|c|h|hpp|gyp|gypi|tsbuildinfo)$/,
  /(?<!licen[cs]e|notice|copying|third-party[^/]*)\.(md|markdown)$/i,
  // The lessons for a browser tab are a site of their own.
  /^\/dist\/lab(\/|$)/,
  /libonnxruntime_providers_(cuda|tensorrt)/,
];

/** Whether a path, which begins at the root of the checkout with a slash, belongs into a bundle for Linux on x86-64. */
export const isNeeded = (path: string): boolean => !needless.some((pattern) => pattern.test(path));

/** Folders of the packages that the built project needs at run time, as the lock file has them and npm has installed them. */
export function productionPackages(root: string): string[] {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, LockedPackage>>;
  };
  return Object.entries(lock.packages)
    .filter(([folder, { dev, devOptional }]) => folder !== '' && !dev && !devOptional)
    .filter(([, { os, cpu, libc }]) => fits(os, platform.os) && fits(cpu, platform.cpu) && fits(libc, platform.libc))
    .map(([folder]) => folder)
    .filter((folder) => existsSync(join(root, folder)));
}

/** Whether a list of what a package runs on, where it has one, has `own`: names, or with `!` what it does not run on. */
const fits = (names: readonly string[] | undefined, own: string): boolean =>
  names === undefined ||
  names.includes(own) ||
  (names.every((name) => name.startsWith('!')) && !names.includes(`!${own}`));

/** Copies the built project and its packages to `app`. */
export function copyProject(root: string, app: string): void {
  for (const part of ['dist', 'package.json', 'LICENSE', 'README.md']) copy(root, part, app);
  for (const folder of productionPackages(root)) copy(root, folder, app);
}

/** Copies what is needed of one file or folder; packages inside a package are copied on their own. */
function copy(root: string, part: string, app: string): void {
  const from = join(root, part);
  cpSync(from, join(app, part), {
    recursive: true,
    dereference: true,
    filter: (path) => {
      const inside = path.slice(from.length).split(sep).join('/');
      if (inside === '/node_modules' || inside.startsWith('/node_modules/')) return false;
      return statSync(path).isDirectory() || part === 'README.md' || isNeeded(`/${part}${inside}`);
    },
  });
}
