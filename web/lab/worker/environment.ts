import type { RunFile } from '../../../src/contract/index.ts';
import type { Backend } from '../../../src/runtime/index.ts';

/** What the numbers of a run in a tab may depend on beside its specification. */
export const describeTab = ({ version, device, threads }: Backend): RunFile['environment'] => ({
  thalweg: import.meta.env.THALWEG_VERSION,
  node: 'none: trained in a browser',
  onnxruntime: version,
  platform: navigator.userAgent,
  processor: `unknown, ${navigator.hardwareConcurrency} threads`,
  device,
  threads,
  revision: null,
});
