import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type * as Ort from 'onnxruntime-node';
import type { Backend, Device } from '../src/runtime/index.ts';
import { openBackend, sessionOptions, type OrtSession } from '../src/runtime/ort/index.ts';

/** What some work asked of a device. */
export interface Counted {
  /** Kernels that were run, by operator. */
  readonly kernels: ReadonlyMap<string, number>;
  /** Programs that were run, copies to and from the device among them. */
  readonly programs: number;
  /** Bytes of inputs in host memory. */
  readonly sent: number;
  /** Bytes of results in host memory. */
  readonly received: number;
}

/** Calls what is to be counted, once. */
export type Count = (work: () => Promise<unknown>) => Promise<void>;

/**
 * Opens a device whose programs write profiles to `folder`, lets `use` work on it, and says what the work that it had counted asked
 * for. Constant parts that the runtime folds are no kernels.
 */
export async function openProfiled(
  device: Device,
  folder: string,
  use: (backend: Backend, count: Count) => Promise<void>,
): Promise<Counted> {
  const ort = await import('onnxruntime-node');
  ort.env.logLevel = 'fatal';
  const runs: { file: string; run: number }[] = [];
  const bytes = { sent: 0, received: 0 };
  let [opened, counting] = [0, false];
  const backend = await openBackend({
    device,
    threads: 1,
    version: ort.env.versions.common,
    remedy: 'docs/gpu.md says how',
    Tensor: ort.Tensor,
    async open(model, outputs) {
      const file = `${String(opened++).padStart(4, '0')}_`;
      const session = await ort.InferenceSession.create(model, {
        ...sessionOptions,
        executionProviders: [device],
        preferredOutputLocation: outputs,
        enableProfiling: true,
        profileFilePrefix: join(folder, file),
      });
      let made = 0;
      return watched(session, (feeds, results) => {
        const run = made++;
        if (!counting) return;
        runs.push({ file, run });
        bytes.sent += hostBytes(feeds);
        bytes.received += hostBytes(results);
      });
    },
  });
  try {
    await use(backend, async (work) => {
      counting = true;
      await work();
      counting = false;
    });
  } finally {
    await backend.close();
  }
  const kernels = kernelsOf(folder, device, runs);
  for (const file of readdirSync(folder)) rmSync(join(folder, file));
  return { kernels, programs: runs.length, ...bytes };
}

type Values = Readonly<Record<string, Ort.OnnxValue>>;

const watched = (session: Ort.InferenceSession, onRun: (feeds: Values, results: Values) => void): OrtSession => ({
  inputMetadata: session.inputMetadata,
  outputMetadata: session.outputMetadata,
  async run(feeds: Ort.InferenceSession.FeedsType) {
    const results = await session.run(feeds);
    onRun(feeds, results);
    return results;
  },
  release: () => session.release(),
});

/** Bytes of the values that lie in host memory. */
function hostBytes(values: Values): number {
  let bytes = 0;
  for (const value of Object.values(values))
    if (value.location === 'cpu' && ArrayBuffer.isView(value.data)) bytes += value.data.byteLength;
  return bytes;
}

/** One event of a profile, as the runtime writes it. */
interface ProfileEvent {
  readonly cat: string;
  readonly name: string;
  readonly args?: { readonly op_name?: string; readonly provider?: string };
}

/** The operator whose kernel was run, with a star where the processor stood in for a graphics card that has none; undefined for other events. */
function kernelName({ cat, name, args }: ProfileEvent, device: Device): string | undefined {
  if (cat !== 'Node' || !name.endsWith('_kernel_time') || args?.op_name === undefined) return undefined;
  return device !== 'cpu' && args.provider === 'CPUExecutionProvider' ? `${args.op_name}*` : args.op_name;
}

/** The kernels of some runs: what stands in a profile before the end of that run, and behind the end of the one before. */
function kernelsOf(
  folder: string,
  device: Device,
  runs: readonly { readonly file: string; readonly run: number }[],
): Map<string, number> {
  const kernels = new Map<string, number>();
  for (const { file, run } of runs) {
    const name = readdirSync(folder).find((candidate) => candidate.startsWith(file))!;
    const events = JSON.parse(readFileSync(join(folder, name), 'utf8')) as readonly ProfileEvent[];
    let ended = 0;
    for (const event of events) {
      const kernel = ended === run ? kernelName(event, device) : undefined;
      if (kernel !== undefined) kernels.set(kernel, (kernels.get(kernel) ?? 0) + 1);
      if (event.name === 'model_run') ended++;
    }
  }
  return kernels;
}
