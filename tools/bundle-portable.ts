import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { makeBundle } from './portable/bundle.ts';

/**
 * Makes one archive that runs `thalweg` on Linux on x86-64, where there is neither a network nor Node (docs/gpu.md):
 *
 *   npm run bundle:portable                    in this folder
 *   npm run bundle:portable -- --out /tmp      elsewhere
 */

const { values } = parseArgs({
  args: process.argv.slice(process.argv[2] === '--' ? 3 : 2),
  options: { out: { type: 'string', default: '.' } },
});
const root = fileURLToPath(new URL('..', import.meta.url));
const archive = await makeBundle(root, resolve(values.out));
console.log(`${archive}: ${(statSync(archive).size / 1e6).toFixed(1)} MB`);
