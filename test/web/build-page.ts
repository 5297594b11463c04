import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** Where tests leave pictures and measurements. */
export const outputDirectory = join(root, 'test-output');
/** The page as it stands in the sources, built once for all tests of the browser. */
export const pageDirectory = join(outputDirectory, 'page');

/** Called by vitest before the first test of the browser. */
export async function setup(): Promise<void> {
  await build({
    configFile: join(root, 'web/vite.config.ts'),
    logLevel: 'error',
    build: { outDir: pageDirectory, emptyOutDir: true },
  });
}
