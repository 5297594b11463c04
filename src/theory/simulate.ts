import { allocate, randomStream, sizeOf, type HostTensor, type RandomStream, type TensorType } from '../base/index.ts';
import type { Tensor } from '../graph/index.ts';
import { add, reshape, slice } from '../ops/index.ts';
import { asDevice, type AnyTensor, type DeviceTensor, type Program, type Runtime } from '../runtime/index.ts';
import { requireWhole, wrongUse } from './check.ts';
import type { Draw, Dynamics } from './dynamics.ts';
import type { Points } from './points.ts';
import { asPoints, asTensor, requireDimension, type Precision } from './potential.ts';

export interface SimulationOptions {
  /** Steps of each chain, from 0 on. */
  readonly steps: number;
  /** Of the stream that all chains draw from; needed even where nothing is drawn. */
  readonly seed: number;
  /** Which states are returned besides the last ones: those after `from`, `from + every`, … steps; default: none. */
  readonly record?: { readonly every: number; readonly from?: number };
  /** Steps in one run of a program; default 10. More save a few microseconds each and cost time to compile. */
  readonly stepsPerRun?: number;
  /** Default `float64`. */
  readonly precision?: Precision;
}

/** The states of all chains after `step` steps. */
export interface Snapshot {
  readonly step: number;
  readonly points: Points;
}

export interface Simulation {
  /** After the last step. */
  readonly end: Points;
  /** As asked for by `record`, in order; the start is among them if `from` is 0. */
  readonly snapshots: readonly Snapshot[];
}

/**
 * Moves all chains by `steps` steps, each step for all chains at once as an array program, several steps in one run.
 *
 * Random numbers come from one stream for each kind of dynamics, in the order step, name of the draw, element, chain: they depend on the seed and the
 * number of chains, not on how many steps one run takes, nor on what is recorded; the states are the same bits for any of
 * these. Coordinates that leave the numbers (a diverging chain without a box) become ±∞ or NaN; they are returned.
 *
 * Throws `USAGE` for options outside their range or starts of another dimension, `RUNTIME_FAILED`.
 */
export async function simulate(
  runtime: Runtime,
  dynamics: Dynamics,
  starts: Points,
  options: SimulationOptions,
): Promise<Simulation> {
  const { steps, stepsPerRun = 10, precision = 'float64' } = options;
  requireWhole(dynamics.name, 'steps', steps, 0);
  requireWhole(dynamics.name, 'steps in one run', stepsPerRun, 1);
  requireDimension(dynamics.name, dynamics.dimension, starts);
  const chains = new Chains(runtime, dynamics, starts, precision, randomStream(options.seed, 'theory', dynamics.name));
  try {
    const snapshots: Snapshot[] = [];
    for (const step of recorded(dynamics.name, options)) {
      await chains.advanceTo(step, stepsPerRun);
      snapshots.push({ step, points: await chains.read() });
    }
    await chains.advanceTo(steps, stepsPerRun);
    return { end: await chains.read(), snapshots };
  } finally {
    await chains.release();
  }
}

/** The steps after which states are recorded. */
function recorded(subject: string, { steps, record }: SimulationOptions): number[] {
  if (!record) return [];
  const { every, from = every } = record;
  requireWhole(subject, 'steps between records', every, 1);
  requireWhole(subject, 'steps before the first record', from, 0);
  if (from > steps) throw wrongUse(subject, `a first record within ${steps} steps`, from);
  return Array.from({ length: Math.floor((steps - from) / every) + 1 }, (_, index) => from + index * every);
}

// A type, not an interface: only then do its keys count as those of a record.
type Specs = {
  readonly x: TensorType;
  readonly first: TensorType;
  readonly draws: Readonly<Record<string, TensorType>>;
};
type Advance = Program<Specs, { readonly x: Tensor }>;

/** The states of all chains on the device, and the programs that move them. */
class Chains {
  readonly #runtime: Runtime;
  readonly #dynamics: Dynamics;
  readonly #starts: Points;
  readonly #precision: Precision;
  readonly #stream: RandomStream;
  readonly #programs = new Map<number, Advance>();
  #x: DeviceTensor;
  #step = 0;

  constructor(runtime: Runtime, dynamics: Dynamics, starts: Points, precision: Precision, stream: RandomStream) {
    this.#runtime = runtime;
    this.#dynamics = dynamics;
    this.#starts = starts;
    this.#precision = precision;
    this.#stream = stream;
    this.#x = runtime.backend.upload(asTensor(starts, precision));
  }

  async advanceTo(step: number, stepsPerRun: number): Promise<void> {
    while (this.#step < step) await this.#advance(step - this.#step >= stepsPerRun ? stepsPerRun : 1);
  }

  async read(): Promise<Points> {
    return asPoints(await this.#x.read());
  }

  async release(): Promise<void> {
    this.#x.dispose();
    for (const program of this.#programs.values()) await program.release();
  }

  async #advance(steps: number): Promise<void> {
    const program = this.#programs.get(steps) ?? (await this.#compile(steps));
    const first: HostTensor = { dtype: this.#precision, shape: [], data: this.#data([this.#step]) };
    const { x } = await program.run({ x: this.#x, first, draws: this.#draw(steps) });
    this.#x.dispose();
    this.#x = asDevice(x);
    this.#step += steps;
  }

  #data(values: readonly number[]): HostTensor['data'] {
    return this.#precision === 'float64' ? Float64Array.from(values) : Float32Array.from(values);
  }

  async #compile(steps: number): Promise<Advance> {
    const { dynamics, types } = { dynamics: this.#dynamics, types: this.#types(steps) };
    const program = await this.#runtime.compile(
      ({ x, first, draws }) => ({ x: severalSteps(dynamics, x, first, draws, steps) }),
      types,
      { name: dynamics.name, keep: ['x'] },
    );
    this.#programs.set(steps, program);
    return program;
  }

  #types(steps: number): Specs {
    const dtype = this.#precision;
    const { count, dimension } = this.#starts;
    const draws = Object.entries(this.#dynamics.draws).map(
      ([name, { size }]) => [name, { dtype, shape: [steps, size, count] }] as const,
    );
    return { x: { dtype, shape: [dimension, count] }, first: { dtype, shape: [] }, draws: Object.fromEntries(draws) };
  }

  /** What all chains draw in the next steps, drawn step by step. */
  #draw(steps: number): Record<string, AnyTensor> {
    const { draws } = this.#types(steps);
    const tensors = Object.entries(draws).map(([name, type]) => {
      const data = allocate(this.#precision, sizeOf(type.shape));
      return [name, { ...type, dtype: this.#precision, data }] as const;
    });
    for (let step = 0; step < steps; step++)
      for (const [name, { data }] of tensors) {
        const size = data.length / steps;
        fill(data.subarray(step * size, (step + 1) * size), this.#dynamics.draws[name]!, this.#stream);
      }
    return Object.fromEntries(tensors);
  }
}

function fill(into: Float32Array | Float64Array, { law }: Draw, stream: RandomStream): void {
  if (law === 'normal') for (let index = 0; index < into.length; index++) into[index] = stream.normal();
  else for (let index = 0; index < into.length; index++) into[index] = stream.integer(law.below);
}

function severalSteps(
  dynamics: Dynamics,
  x: Tensor,
  first: Tensor,
  draws: Readonly<Record<string, Tensor>>,
  steps: number,
): Tensor {
  let state = x;
  for (let step = 0; step < steps; step++) {
    const own = Object.entries(draws).map(
      ([name, all]) => [name, reshape(slice(all, 0, step, step + 1), all.shape.slice(1))] as const,
    );
    state = dynamics.step(state, { draws: Object.fromEntries(own), index: add(first, step) });
  }
  return state;
}
