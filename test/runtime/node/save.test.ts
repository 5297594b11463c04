import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { saveProgram } from '../../../src/runtime/node/index.ts';

describe('saveProgram', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'thalweg-save-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('writes the model, replaces a file of that name, and leaves nothing else', async () => {
    const path = join(folder, 'step.onnx');
    await writeFile(path, 'before');
    await saveProgram({ model: Uint8Array.of(1, 2, 3) }, path);
    expect([...(await readFile(path))]).toEqual([1, 2, 3]);
    expect(await readdir(folder)).toEqual(['step.onnx']);
  });

  it('names the file that cannot be written, and leaves nothing behind', async () => {
    const path = join(folder, 'missing', 'step.onnx');
    await expect(saveProgram({ model: Uint8Array.of(1) }, path)).rejects.toMatchObject({
      code: 'STORE_FAILED',
      message: expect.stringContaining(`program: cannot write ${path}: ENOENT`) as string,
    });
    await expect(saveProgram({ model: Uint8Array.of(1) }, folder)).rejects.toMatchObject({ code: 'STORE_FAILED' });
    expect(await readdir(folder)).toEqual([]);
  });
});
