import { ThalwegError, type HostTensor } from '../base/index.ts';
import { initialBuffers, initialParameters, type Model } from '../nn/index.ts';
import { disposeTree, type Backend } from '../runtime/index.ts';
import {
  uploadAll,
  uploadSlots,
  type DeviceNetwork,
  type DeviceParameters,
  type DeviceSlots,
  type Stepped,
  type Stepper,
} from './gradient.ts';
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
  /** Whether `loss` is known; default: true. A trajectory from elsewhere may not have it. */
  readonly hasLoss?: boolean;
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

/** What a trainer does about numbers that are not finite. */
export interface NonFiniteRule {
  /** Makes the stepper that names the gradient at fault in an update, where the trainer's own keeps none. */
  readonly gradientStepper?: (iteration: number) => Promise<Stepper>;
  /** When it is given, training goes on, and it hears what went bad first. */
  readonly onNonFinite?: (message: string) => void;
}

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
  readonly #rule: NonFiniteRule;
  #warned = false;

  constructor(
    backend: Backend,
    stepper: Stepper,
    learningRate: (iteration: number) => number,
    state: TrainerState,
    rule: NonFiniteRule = {},
  ) {
    this.#rule = rule;
    this.#stepper = stepper;
    this.#learningRate = learningRate;
    this.#iteration = state.iteration;
    const { parameters, buffers = {} } = state;
    this.#network = { parameters: uploadAll(backend, parameters), buffers: uploadAll(backend, buffers) };
    this.#gradient = state.gradient && uploadAll(backend, state.gradient);
    this.#slots = uploadSlots(backend, state.slots ?? {});
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
   * Makes update t. Throws `TRAINING_DIVERGED` with the first of loss, gradients and new parameters that is not finite,
   * unless training shall go on; θ_t is then still the current state.
   */
  async step(): Promise<Update> {
    disposeTree(this.#past.splice(0));
    const iteration = this.#iteration;
    const before = this.#network;
    const stepped = await this.#stepper.step(before, this.#learningRate(iteration), iteration, this.#slots);
    const { parameters, buffers, slots, gradient, loss, hasLoss = true } = stepped;
    try {
      await this.#check(stepped);
    } catch (error) {
      disposeTree([parameters, buffers, slots, gradient ?? []]);
      throw error;
    }
    const update: Update = {
      iteration,
      before: before.parameters,
      after: parameters,
      buffers: { before: before.buffers, after: buffers },
      gradient,
      previousGradient: this.#gradient,
      loss,
      hasLoss,
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
   * A copy of everything that the next updates depend on. Throws `TRAINING_DIVERGED` when a parameter, buffer or slot is not
   * finite, unless training shall go on with it.
   */
  async state(): Promise<TrainerState> {
    const { iteration } = this;
    const [parameters, buffers] = [await readAll(this.#network.parameters), await readAll(this.#network.buffers)];
    const slots: Record<string, Record<string, HostTensor>> = {};
    for (const [slot, tensors] of Object.entries(this.#slots)) slots[slot] = await readAll(tensors);
    const problem =
      firstNonFinite('parameter', parameters, iteration) ??
      firstNonFinite('buffer', buffers, iteration) ??
      Object.entries(slots)
        .map(([slot, tensors]) => firstNonFinite(`${slot} of parameter`, tensors, iteration))
        .find((found) => found !== null);
    if (problem) this.#report(problem);
    return { iteration, parameters, buffers, gradient: this.#gradient && (await readAll(this.#gradient)), slots };
  }

  /** Looks closer only where loss or sum say that something is wrong: reading all parameters takes its time. */
  async #check({ loss, hasLoss = true, parameterSum, gradient, parameters }: Stepped): Promise<void> {
    const lossIsBad = hasLoss && !Number.isFinite(loss);
    if (!lossIsBad && Number.isFinite(parameterSum)) return;
    if (this.#warned && this.#rule.onNonFinite) return;
    const iteration = this.#iteration;
    if (lossIsBad) return this.#report(diverged('loss', iteration, loss));
    // A sum may overflow where every parameter is finite.
    const parameter = firstNonFinite('parameter', await readAll(parameters), iteration);
    if (parameter) this.#report((await this.#badGradient(gradient)) ?? parameter);
  }

  async #badGradient(kept: DeviceParameters | null): Promise<ThalwegError | null> {
    if (kept) return firstNonFinite('gradient', await readAll(kept), this.#iteration);
    const stepper = await this.#rule.gradientStepper?.(this.#iteration);
    if (!stepper) return null;
    try {
      const again = await stepper.step(
        this.#network,
        this.#learningRate(this.#iteration),
        this.#iteration,
        this.#slots,
      );
      const problem = firstNonFinite('gradient', await readAll(again.gradient ?? {}), this.#iteration);
      disposeTree([again.parameters, again.buffers, again.slots, again.gradient ?? []]);
      return problem;
    } finally {
      await stepper.release();
    }
  }

  #report(problem: ThalwegError): void {
    if (!this.#rule.onNonFinite) throw problem;
    if (!this.#warned) this.#rule.onNonFinite(problem.message);
    this.#warned = true;
  }

  async release(): Promise<void> {
    const { parameters, buffers } = this.#network;
    disposeTree([this.#past.splice(0), parameters, buffers, this.#slots, this.#gradient ?? []]);
    await this.#stepper.release();
  }
}

async function readAll(tensors: DeviceParameters): Promise<Record<string, HostTensor>> {
  const copies: Record<string, HostTensor> = {};
  for (const [name, tensor] of Object.entries(tensors)) copies[name] = await tensor.read();
  return copies;
}

function firstNonFinite(
  what: string,
  tensors: Readonly<Record<string, HostTensor>>,
  iteration: number,
): ThalwegError | null {
  for (const [name, { data }] of Object.entries(tensors)) {
    const wrong = (data as Float32Array).find((value) => !Number.isFinite(value));
    if (wrong !== undefined) return diverged(`${what} "${name}"`, iteration, wrong);
  }
  return null;
}

const diverged = (what: string, iteration: number, value: number): ThalwegError =>
  new ThalwegError('TRAINING_DIVERGED', `training: expected a finite ${what} at iteration ${iteration}, got ${value}`);
