import type { InferenceSession, Tensor as OrtValue } from 'onnxruntime-common';
import { ThalwegError, type DType, type HostTensor } from '../../base/index.ts';
import type { AnyTensor, Executable } from '../backend.ts';
import { isDeviceTensor } from '../handles.ts';
import { checkInputs, type DeclaredType } from '../inputs.ts';
import { runtimeFailed } from './error.ts';
import { OrtTensor, type Transfer } from './tensor.ts';
import { hostView } from './transfer.ts';

/** A model that the runtime has opened. */
export type OrtSession = Pick<InferenceSession, 'run' | 'release' | 'inputMetadata' | 'outputMetadata'>;

/** What an executable needs of its backend. */
export interface OrtHost {
  readonly transfer: Transfer;
  /** A value of the runtime over host memory, without a copy. */
  wrap(tensor: HostTensor): OrtValue;
  /** Told when an executable was released. */
  forget(executable: OrtExecutable): void;
}

/** A session of the runtime. */
export class OrtExecutable implements Executable {
  readonly #host: OrtHost;
  readonly #kept: ReadonlySet<string>;
  readonly #declared: ReadonlyMap<string, DeclaredType>;
  #session: OrtSession | undefined;

  constructor(host: OrtHost, session: OrtSession, keep: readonly string[]) {
    this.#host = host;
    this.#session = session;
    this.#kept = new Set(keep);
    this.#declared = new Map(session.inputMetadata.map((metadata) => [metadata.name, declaredType(metadata)]));
  }

  async run(inputs: Readonly<Record<string, AnyTensor>>): Promise<Record<string, AnyTensor>> {
    if (this.#session === undefined)
      throw new ThalwegError('RUNTIME_FAILED', 'runtime: expected a loaded program, got a released one');
    checkInputs(this.#declared, inputs);
    const feeds: Record<string, OrtValue> = {};
    for (const [name, tensor] of Object.entries(inputs)) feeds[name] = await this.#feed(name, tensor);
    const results = await this.#invoke(this.#session, feeds);
    return Object.fromEntries(Object.entries(results).map(([name, value]) => [name, this.#collect(name, value)]));
  }

  async release(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    this.#host.forget(this);
    await session?.release();
  }

  async #feed(name: string, tensor: AnyTensor): Promise<OrtValue> {
    if (!isDeviceTensor(tensor)) return this.#host.wrap(tensor);
    if (tensor instanceof OrtTensor && tensor.transfer === this.#host.transfer) return tensor.onDevice();
    throw new ThalwegError('RUNTIME_INPUT', `input "${name}": expected a tensor of this device, got one of another`);
  }

  async #invoke(session: OrtSession, feeds: Record<string, OrtValue>): Promise<InferenceSession.ReturnType> {
    try {
      return await session.run(feeds);
    } catch (cause) {
      throw runtimeFailed('cannot run the program', cause);
    }
  }

  #collect(name: string, value: OrtValue): AnyTensor {
    if (this.#kept.has(name)) return new OrtTensor(value, this.#host.transfer);
    return hostView(value, { dtype: value.type as DType, shape: value.dims });
  }
}

function declaredType(metadata: InferenceSession.ValueMetadata): DeclaredType {
  if (metadata.isTensor) return { dtype: metadata.type, shape: metadata.shape };
  throw new ThalwegError('RUNTIME_FAILED', `runtime: input "${metadata.name}": expected a tensor, got another kind`);
}
