import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { transformWithEsbuild, type Plugin } from 'vite';
import { isForGpu } from './runtime-files.ts';

/** Writes the service worker, which knows all files of the site and their digest. */
export const offline = (): Plugin => ({
  name: 'offline',
  apply: 'build',
  generateBundle: {
    order: 'post',
    async handler(_, bundle) {
      const digest = createHash('sha256');
      for (const name of Object.keys(bundle).sort()) {
        const file = bundle[name]!;
        digest.update(name).update(file.type === 'chunk' ? file.code : file.source);
      }
      const names = Object.keys(bundle).filter((name) => !isForGpu(name) && !name.endsWith('.map'));
      const path = join(import.meta.dirname, '../service-worker/main.ts');
      const { code } = await transformWithEsbuild(readFileSync(path, 'utf8'), path, {
        target: 'es2022',
        define: {
          SITE_DIGEST: JSON.stringify(digest.digest('hex').slice(0, 16)),
          SITE_FILES: JSON.stringify(['./', 'favicon.svg', ...names.filter((name) => name !== 'index.html')]),
        },
      });
      this.emitFile({ type: 'asset', fileName: 'service-worker.js', source: code });
    },
  },
});
