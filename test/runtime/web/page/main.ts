import { createWebBackend, type WebDevice } from '../../../../src/runtime/web/index.ts';
import { backendConformance } from '../../conformance.ts';
import { runRegistered, type SuiteResult } from './harness.ts';

/** Runs the suite on a device. `base`: address of the runtime's files. */
async function runSuite(device: WebDevice, base: string): Promise<SuiteResult & { loaded: number; version: string }> {
  let loaded = 0;
  const create = () => createWebBackend({ device, base: new URL(base), onLoad: (bytes) => (loaded = bytes) });
  const first = await create();
  const { version, threads } = first;
  await first.close();
  if (device === 'cpu') backendConformance(create, ['float32', 'float64', 'int64', 'bool']);
  // Its build has kernels of float64 neither for the GPU nor beside it.
  else backendConformance(create, ['float32', 'int64', 'bool'], ['float32', 'int64', 'bool']);
  return { ...(await runRegistered()), loaded, version: `${version}, ${threads} threads` };
}

/** What a request for a backend is refused with. */
const refusal = (device: WebDevice, base: string, threads: number): Promise<string> =>
  createWebBackend({ device, base: new URL(base), threads }).then(
    () => 'nothing',
    ({ code, message }: { code: string; message: string }) => `${code} ${message}`,
  );

Object.assign(globalThis, { runSuite, refusal });
