import { chmodSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';

/**
 * Links the command of this checkout where `npx thalweg` looks first. Without it, npx links the whole package into its
 * cache on the first call and builds it once more. Windows needs a shim instead of a link: there npx does it its way.
 */
if (process.platform !== 'win32') {
  const root = new URL('../', import.meta.url);
  const link = new URL('node_modules/.bin/thalweg', root);
  mkdirSync(new URL('node_modules/.bin/', root), { recursive: true });
  chmodSync(new URL('dist/cli/main.js', root), 0o755);
  rmSync(link, { force: true });
  symlinkSync('../../dist/cli/main.js', link);
}
