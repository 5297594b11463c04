import { createRuntime, type Runtime } from '../runtime/index.ts';
import { createOrtBackend } from '../runtime/node/index.ts';

/** Runs a computation with a runtime on the CPU, in float64 where it asks for that, and closes it at the end. */
export async function computeOnCpu<T>(threads: number, compute: (runtime: Runtime) => Promise<T>): Promise<T> {
  const runtime = createRuntime(await createOrtBackend({ device: 'cpu', threads }));
  try {
    return await compute(runtime);
  } finally {
    await runtime.close();
  }
}
