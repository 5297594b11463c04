import type * as Ort from 'onnxruntime-web';
import { ThalwegError } from '../../base/index.ts';
import type { Backend, Device } from '../backend.ts';
import { openBackend, sessionOptions, type OrtSession } from '../ort/index.ts';
import { download, type OnLoad } from './download.ts';
import { Turns } from './turns.ts';

/** Devices of a browser: its processor, through WebAssembly, and its GPU. Records call them as in Node, `cpu` and `webgpu`. */
export type WebDevice = Extract<Device, 'cpu' | 'webgpu'>;

export interface WebOptions {
  readonly device: WebDevice;
  /** Folder of the files `ort-wasm-simd-threaded.*` of onnxruntime-web, with a slash at its end. */
  readonly base: URL;
  /**
   * Threads used inside an operator, the same for all backends of a page; `auto` takes one for each processor where the page is
   * cross-origin isolated, else one. Default: `auto`.
   */
  readonly threads?: number | 'auto';
  /** Told while the WebAssembly file of the device arrives, which happens once in a page. */
  readonly onLoad?: OnLoad;
}

/** Threads that a page may use: without cross-origin isolation memory cannot be shared, and there is one. */
export const webThreads = (): number => (globalThis.crossOriginIsolated ? navigator.hardwareConcurrency : 1);

/**
 * A backend over ONNX Runtime for browsers, in a page or a worker. Its WebAssembly is loaded on the first call for a device. Throws
 * `RUNTIME_UNAVAILABLE` when the device does not work or the files are not at `base`, `USAGE` for a thread count that is not a
 * positive integer, is more than one without isolation, or another than that of the page's first backend of the device.
 */
export async function createWebBackend({ device, base, threads, onLoad }: WebOptions): Promise<Backend> {
  const wanted = resolveThreads(threads ?? 'auto');
  const loaded = await loadOnce(device, base, wanted, onLoad);
  if (loaded.threads !== wanted)
    throw new ThalwegError(
      'USAGE',
      `runtime: expected ${loaded.threads} threads, those that this page began with, got ${wanted}`,
    );
  const { ort, turns } = loaded;
  return openBackend({
    device,
    threads: wanted,
    version: `onnxruntime-web ${ort.env.versions.web ?? ort.env.versions.common}`,
    remedy: remedy[device],
    Tensor: ort.Tensor,
    async open(model, outputs) {
      const session = await turns.take(() =>
        ort.InferenceSession.create(model, {
          ...sessionOptions,
          executionProviders: [device === 'cpu' ? 'wasm' : 'webgpu'],
          preferredOutputLocation: outputs,
          intraOpNumThreads: wanted,
        }),
      );
      return inTurn(session, turns);
    },
  });
}

interface Loaded {
  readonly ort: typeof Ort;
  readonly threads: number;
  readonly turns: Turns;
}

/** The builds of the runtime, one for each device: what they are told before their first session holds for the page. */
const builds: Partial<Record<WebDevice, Promise<Loaded>>> = {};

function loadOnce(device: WebDevice, base: URL, threads: number, onLoad: OnLoad | undefined): Promise<Loaded> {
  const known = builds[device];
  if (known) return known;
  const loading = load(device, base, threads, onLoad);
  builds[device] = loading;
  // Whoever asks again after a failure gets another try.
  loading.catch(() => delete builds[device]);
  return loading;
}

async function load(device: WebDevice, base: URL, threads: number, onLoad: OnLoad | undefined): Promise<Loaded> {
  const file = device === 'cpu' ? 'ort-wasm-simd-threaded' : 'ort-wasm-simd-threaded.asyncify';
  const wasm = new URL(`${file}.wasm`, base);
  const [ort, binary] = await Promise.all([
    device === 'cpu' ? import('onnxruntime-web/wasm') : import('onnxruntime-web/webgpu'),
    download(wasm, onLoad),
  ]);
  // Failures reach the caller as errors; the runtime need not print them as well.
  ort.env.logLevel = 'fatal';
  Object.assign(ort.env.wasm, {
    wasmBinary: binary,
    wasmPaths: { wasm: wasm.href, mjs: new URL(`${file}.mjs`, base).href },
    numThreads: threads,
  });
  return { ort, threads, turns: new Turns() };
}

function resolveThreads(threads: number | 'auto'): number {
  const most = webThreads();
  if (threads === 'auto') return most;
  if (!Number.isSafeInteger(threads) || threads < 1)
    throw new ThalwegError('USAGE', `runtime: expected a positive number of threads or "auto", got ${threads}`);
  if (threads === 1 || globalThis.crossOriginIsolated) return threads;
  throw new ThalwegError('USAGE', `runtime: expected one thread without cross-origin isolation, got ${threads}`);
}

const remedy: Record<WebDevice, string> = {
  cpu: 'use a browser with WebAssembly SIMD',
  webgpu: 'use a browser with WebGPU, or device cpu',
};

/** A session that waits until no other one runs. */
const inTurn = (session: Ort.InferenceSession, turns: Turns): OrtSession => ({
  inputMetadata: session.inputMetadata,
  outputMetadata: session.outputMetadata,
  run: (feeds: Ort.InferenceSession.FeedsType) => turns.take(() => session.run(feeds)),
  release: () => turns.take(() => session.release()),
});
