import { ThalwegError, type HostTensor } from '../base/index.ts';
import { initialBuffers, initialParameters, type Model } from '../nn/index.ts';
import { disposeTree, type Backend } from '../runtime/index.ts';
import { uploadAll, type DeviceNetwork, type DeviceParameters, type DeviceSlots, type Stepper } from './gradient.ts';
import type { Slots } from './updating.ts';

/** One update, as probes see it. The tensors live until the next update. */
export interface Update {
  /** t: the number of updates made before this one. */
  readonly iteration: number;
  /** θ_t */
  readonly before: DeviceParameters;
  /** θ_{t+1} */
  readonly after: DeviceParameters;
  /** Buffers at θ_t and at θ_{t+1}; empty without batch normalisation. */
  readonly buffers: { readonly before: DeviceParameters; readonly after: DeviceParameters };
  /** g_t; null when nothing asked for gradients. */
  readonly gradient: DeviceParameters | null;
  /** g_{t−1}; null at the first update. */
  readonly previousGradient: DeviceParameters | null;
  /** Mean loss at θ_t over the examples of g_t. */
  readonly loss: number;
}

export interface TrainerState {
  readonly iteration: number;
  readonly parameters: Readonly<Record<string, HostTensor>>;
  /** Running statistics of batch normalisation; default: none. */
  readonly buffers?: Readonly<Record<string, HostTensor>>;
  /** g_{t−1}, when it is kept. */
  readonly gradient: Readonly<Record<string, HostTensor>> | null;
  /** What the update rule remembers; absent for rules without slots. */
  readonly slots?: Slots;
}

/** Where training begins: initial parameters and buffers, no update made. */
export const initialState = (model: Model, seed: number): TrainerState => ({
  iteration: 0,
  parameters: initialParameters(model, seed),
  buffers: initialBuffers(model),
  gradient: null,
});

/** The state of training (θ_t, its buffers, g_{t−1} and the slots of the update rule) and the only place that advances it. */
export class Trainer {
  readonly #stepper: Stepper;
  readonly #learningRate: (iteration: number) => number;
  #iteration: number;
  #network: DeviceNetwork;
  #gradient: DeviceParameters | null;
  #slots: DeviceSlots;
  /** θ_{t−1}, its buffers and g_{t−2}: what the last update still shows to probes. */
  #past: DeviceParameters[] = [];

  constructor(backend: Backend, stepper: Stepper, learningRate: (iteration: number) => number, state: TrainerState) {
    this.#stepper = stepper;
    this.#learningRate = learningRate;
    this.#iteration = state.iteration;
    const { parameters, buffers = {} } = state;
    this.#network = { parameters: uploadAll(backend, parameters), buffers: uploadAll(backend, buffers) };
    this.#gradient = state.gradient && uploadAll(backend, state.gradient);
    const slots = Object.entries(state.slots ?? {});
    this.#slots = Object.fromEntries(slots.map(([slot, tensors]) => [slot, uploadAll(backend, tensors)]));
  }

  /** Updates made so far. */
  get iteration(): number {
    return this.#iteration;
  }

  /** θ_t */
  get parameters(): DeviceParameters {
    return this.#network.parameters;
  }

  /** The buffers at θ_t. */
  get buffers(): DeviceParameters {
    return this.#network.buffers;
  }

  /**
   * Makes update t. Throws `TRAINING_DIVERGED` when the loss is not finite; θ_t is then still the current state.
   */
  async step(): Promise<Update> {
    disposeTree(this.#past.splice(0));
    const iteration = this.#iteration;
    const before = this.#network;
    const { parameters, buffers, slots, gradient, loss } = await this.#stepper.step(
      before,
      this.#learningRate(iteration),
      iteration,
      this.#slots,
    );
    if (!Number.isFinite(loss)) {
      disposeTree([parameters, buffers, slots, gradient ?? []]);
      throw diverged('loss', iteration, loss);
    }
    const update: Update = {
      iteration,
      before: before.parameters,
      after: parameters,
      buffers: { before: before.buffers, after: buffers },
      gradient,
      previousGradient: this.#gradient,
      loss,
    };
    this.#past = [before.parameters, before.buffers, ...(this.#gradient ? [this.#gradient] : [])];
    this.#network = { parameters, buffers };
    disposeTree(this.#slots);
    this.#slots = slots;
    this.#gradient = gradient;
    this.#iteration = iteration + 1;
    return update;
  }

  /**
   * A copy of everything that the next updates depend on. Throws `TRAINING_DIVERGED` when a parameter, buffer or slot is not finite:
   * nothing can go on from there.
   */
  async state(): Promise<TrainerState> {
    const read = async (tensors: DeviceParameters): Promise<Record<string, HostTensor>> => {
      const copies: Record<string, HostTensor> = {};
      for (const [name, tensor] of Object.entries(tensors)) copies[name] = await tensor.read();
      return copies;
    };
    const [parameters, buffers] = [await read(this.#network.parameters), await read(this.#network.buffers)];
    this.#requireFinite(parameters, (name) => `parameter "${name}"`);
    this.#requireFinite(buffers, (name) => `buffer "${name}"`);
    const slots: Record<string, Record<string, HostTensor>> = {};
    for (const [slot, tensors] of Object.entries(this.#slots)) {
      slots[slot] = await read(tensors);
      this.#requireFinite(slots[slot], (name) => `${slot} of parameter "${name}"`);
    }
    return {
      iteration: this.#iteration,
      parameters,
      buffers,
      gradient: this.#gradient && (await read(this.#gradient)),
      slots,
    };
  }

  #requireFinite(tensors: Readonly<Record<string, HostTensor>>, describe: (name: string) => string): void {
    for (const [name, { data }] of Object.entries(tensors)) {
      const wrong = (data as Float32Array).find((value) => !Number.isFinite(value));
      if (wrong !== undefined) throw diverged(describe(name), this.#iteration, wrong);
    }
  }

  async release(): Promise<void> {
    const { parameters, buffers } = this.#network;
    disposeTree([this.#past.splice(0), parameters, buffers, this.#slots, this.#gradient ?? []]);
    await this.#stepper.release();
  }
}

const diverged = (what: string, iteration: number, value: number): ThalwegError =>
  new ThalwegError('TRAINING_DIVERGED', `training: expected a finite ${what} at iteration ${iteration}, got ${value}`);
