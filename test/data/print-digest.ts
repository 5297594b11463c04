/** A program: loads the image folder that it is given and prints the digest of its examples. */
import { specificationSchema } from '../../src/contract/index.ts';
import { loadDataSet } from '../../src/data/index.ts';

const data = specificationSchema.shape.data.parse({ name: 'image-folder', path: process.argv.at(-1), size: 16 });
const set = await loadDataSet(data, { dataDirectory: '/', seed: 1 });
process.stdout.write(await set.digest());
