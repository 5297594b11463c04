import { ThalwegError, type HostTensor } from '../base/index.ts';
import { disposeTree, type Backend } from '../runtime/index.ts';
import { uploadAll, type DeviceParameters, type Stepper } from './gradient.ts';

/** One update, as probes see it. The tensors live until the next update. */
export interface Update {
  /** t: the number of updates made before this one. */
  readonly iteration: number;
  /** θ_t */
  readonly before: DeviceParameters;
  /** θ_{t+1} */
  readonly after: DeviceParameters;
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
  /** g_{t−1}, when it is kept. */
  readonly gradient: Readonly<Record<string, HostTensor>> | null;
}

/** The state of training (θ_t and g_{t−1}) and the only place that advances it. */
export class Trainer {
  readonly #stepper: Stepper;
  readonly #learningRate: (iteration: number) => number;
  #iteration: number;
  #parameters: DeviceParameters;
  #gradient: DeviceParameters | null;
  /** θ_{t−1} and g_{t−2}: what the last update still shows to probes. */
  #past: DeviceParameters[] = [];

  constructor(backend: Backend, stepper: Stepper, learningRate: (iteration: number) => number, state: TrainerState) {
    this.#stepper = stepper;
    this.#learningRate = learningRate;
    this.#iteration = state.iteration;
    this.#parameters = uploadAll(backend, state.parameters);
    this.#gradient = state.gradient && uploadAll(backend, state.gradient);
  }

  /** Updates made so far. */
  get iteration(): number {
    return this.#iteration;
  }

  /** θ_t */
  get parameters(): DeviceParameters {
    return this.#parameters;
  }

  /**
   * Makes update t. Throws `TRAINING_DIVERGED` when the loss is not finite; θ_t is then still the current state.
   */
  async step(): Promise<Update> {
    disposeTree(this.#past.splice(0));
    const iteration = this.#iteration;
    const { parameters, gradient, loss } = await this.#stepper.step(
      this.#parameters,
      this.#learningRate(iteration),
      iteration,
    );
    if (!Number.isFinite(loss)) {
      disposeTree([parameters, gradient ?? []]);
      throw diverged('loss', iteration, loss);
    }
    const update: Update = {
      iteration,
      before: this.#parameters,
      after: parameters,
      gradient,
      previousGradient: this.#gradient,
      loss,
    };
    this.#past = [this.#parameters, ...(this.#gradient ? [this.#gradient] : [])];
    this.#parameters = parameters;
    this.#gradient = gradient;
    this.#iteration = iteration + 1;
    return update;
  }

  /**
   * A copy of everything that the next updates depend on. Throws `TRAINING_DIVERGED` when a parameter is not finite:
   * nothing can go on from there.
   */
  async state(): Promise<TrainerState> {
    const read = async (tensors: DeviceParameters): Promise<Record<string, HostTensor>> => {
      const copies: Record<string, HostTensor> = {};
      for (const [name, tensor] of Object.entries(tensors)) copies[name] = await tensor.read();
      return copies;
    };
    const parameters = await read(this.#parameters);
    for (const [name, { data }] of Object.entries(parameters)) {
      const wrong = (data as Float32Array).find((value) => !Number.isFinite(value));
      if (wrong !== undefined) throw diverged(`parameter "${name}"`, this.#iteration, wrong);
    }
    return {
      iteration: this.#iteration,
      parameters,
      gradient: this.#gradient && (await read(this.#gradient)),
    };
  }

  async release(): Promise<void> {
    disposeTree([this.#past.splice(0), this.#parameters, this.#gradient ?? []]);
    await this.#stepper.release();
  }
}

const diverged = (what: string, iteration: number, value: number): ThalwegError =>
  new ThalwegError('TRAINING_DIVERGED', `training: expected a finite ${what} at iteration ${iteration}, got ${value}`);
