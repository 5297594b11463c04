import { randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { messageOf, ThalwegError } from '../../base/index.ts';

/**
 * Writes a compiled program as an ONNX file, which Netron and other runtimes read. The file appears complete or not at
 * all. Throws `STORE_FAILED`.
 */
export async function saveProgram(program: { readonly model: Uint8Array }, path: string): Promise<void> {
  const partial = `${path}.${randomUUID()}.part`;
  try {
    await writeFile(partial, program.model);
    await rename(partial, path);
  } catch (cause) {
    await rm(partial, { force: true });
    throw new ThalwegError('STORE_FAILED', `program: cannot write ${path}: ${messageOf(cause)}`, { cause });
  }
}
