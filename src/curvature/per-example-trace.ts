import { examplesIn, hvp, jvp } from '../autodiff/index.ts';
import { allocate, randomStream, sizeOf, ThalwegError, toFloat64, type HostTensor } from '../base/index.ts';
import type { Tensor } from '../graph/index.ts';
import type { Model, ParameterTensors } from '../nn/index.ts';
import { add, mul, reshape, sum } from '../ops/index.ts';
import { asHost } from '../runtime/index.ts';
import { batchTypes, bufferTypes, exampleLosses, parameterTypes, type Objective } from '../train/index.ts';
import { compileChunks, type CompiledChunks } from './chunks.ts';
import type { MeasuredNetwork, NetworkPoint } from './network.ts';
import { measureOnce, type ExampleMeter } from './trace-meter.ts';

export interface TraceProbes {
  /** m ≥ 2: random directions. */
  readonly probes: number;
  readonly seed: number;
}

/** Estimates of the Hessian trace of each example, in the order of the examples. */
export interface EstimatedTraces extends TraceProbes {
  /** Mean over probes of `vᵀH_i v`, with the penalty's part. */
  readonly values: Float64Array<ArrayBuffer>;
  /** Standard error of each value, from the spread over probes. */
  readonly standardErrors: Float64Array<ArrayBuffer>;
  /** Products of a Hessian with a vector, counted for each example. */
  readonly products: number;
}

/**
 * Hutchinson's estimate of the Hessian trace of every example, `tr H_i ≈ 1/m Σ_k v_kᵀH_i v_k`, with random signs v_k that all
 * examples share: `v_kᵀH_i v_k` of a whole chunk is the second derivative of its losses along v_k, two forward derivatives and
 * no reverse pass. For any twice differentiable network. Errors of different examples are correlated through the probes.
 *
 * Throws `NO_PER_EXAMPLE_RULE` in train mode with batch normalisation, where a loss depends on other examples.
 */
export const estimateTraces = (network: MeasuredNetwork, options: TraceProbes): Promise<EstimatedTraces> =>
  measureOnce(network, createTraceEstimates(network, options));

/** {@link estimateTraces} at any number of points, with the same probes at each; throws the same, when it is made. */
export async function createTraceEstimates(
  network: MeasuredNetwork,
  options: TraceProbes,
): Promise<ExampleMeter<EstimatedTraces>> {
  requireProbes(options);
  const programs = await compileChunks(network.examples, (size) => compileSecondDerivative(network, size));
  const { model } = network.objective;
  return estimator(network, options, programs, (probe) => {
    const v = randomSigns(model, options.seed, probe);
    return () => v;
  });
}

/**
 * The same by one example at a time, as PyHessian does it: a Hessian-vector product for each example and probe, with probes of
 * each example's own. Slow; for comparison.
 *
 * @param network with chunks of one example; throws `USAGE` for others
 */
export const estimateTracesOneByOne = (network: MeasuredNetwork, options: TraceProbes): Promise<EstimatedTraces> =>
  measureOnce(network, createTraceEstimatesOneByOne(network, options));

/** {@link estimateTracesOneByOne} at any number of points, with the same probes at each; throws the same, when it is made. */
export async function createTraceEstimatesOneByOne(
  network: MeasuredNetwork,
  options: TraceProbes,
): Promise<ExampleMeter<EstimatedTraces>> {
  requireProbes(options);
  const { examples, objective } = network;
  const largest = Math.max(...examples.chunks.map(({ size }) => size));
  if (largest !== 1)
    throw new ThalwegError('USAGE', `estimate one by one: expected chunks of 1 example, got ${largest}`);
  const programs = await compileChunks(examples, () => compileProduct(network));
  return estimator(
    network,
    options,
    programs,
    (probe) => (example) => randomSigns(objective.model, options.seed, `${example}/${probe}`),
  );
}

type Signs = Readonly<Record<string, HostTensor>>;
/** A program that gives a number for each example of a chunk: [n]. */
type Program = Awaited<ReturnType<typeof compileSecondDerivative>>;

/**
 * Moments over probes of what programs give for the examples of a chunk and directions.
 *
 * @param signsOf the directions of a probe for the chunk that begins with an example
 */
function estimator(
  { examples }: MeasuredNetwork,
  options: TraceProbes,
  { forEachChunk, release }: CompiledChunks<Program>,
  signsOf: (probe: number) => (example: number) => Signs,
): ExampleMeter<EstimatedTraces> {
  const pass = ({ parameters, buffers }: NetworkPoint, probe: number, moments: RunningMoments): Promise<void> => {
    const signs = signsOf(probe);
    return forEachChunk(async (program, { x, labels }, from) => {
      const given = { parameters, buffers, x, labels, v: signs(from) };
      moments.add(toFloat64(asHost(await program.run(given))), from);
    });
  };
  return {
    passes: options.probes,
    async at(point) {
      const moments = new RunningMoments(examples.count);
      for (let probe = 0; probe < options.probes; probe++) await pass(point, probe, moments);
      return { ...options, ...moments.estimate(options.probes), products: options.probes * examples.count };
    },
    pass: (point) => pass(point, 0, new RunningMoments(examples.count)),
    release,
  };
}

function requireProbes({ probes }: TraceProbes): void {
  if (!Number.isInteger(probes) || probes < 2)
    throw new ThalwegError('USAGE', `trace estimate: expected at least 2 probes, got ${probes}`);
}

/** +1 or −1 for every parameter, each tensor from a stream of its own. */
function randomSigns({ parameters }: Model, seed: number, probe: number | string): Record<string, HostTensor> {
  const signs = parameters.map(({ name, shape }) => {
    const stream = randomStream(seed, 'hutchinson', probe, name);
    const data = allocate('float32', sizeOf(shape));
    for (let k = 0; k < data.length; k++) data[k] = 2 * stream.integer(2) - 1;
    return [name, { dtype: 'float32', shape, data }] as const;
  });
  return Object.fromEntries(signs);
}

function typesOf({ model }: Objective, size: number) {
  const parameters = parameterTypes(model);
  return { parameters, v: parameters, buffers: bufferTypes(model), ...batchTypes(model, size) };
}

/** `d²/dt² ℓ_i(θ + tv)` at t = 0 of each example: [n]. */
function compileSecondDerivative({ runtime, objective, mode }: MeasuredNetwork, size: number) {
  return runtime.compile(
    ({ parameters, buffers, x, labels, v }) => {
      const losses = (theta: ParameterTensors): Tensor =>
        exampleLosses(objective, { parameters: theta, buffers }, x, labels, mode).losses;
      examplesIn([losses(parameters)], [x, labels]);
      const slope = (theta: ParameterTensors): Tensor => jvp(losses, theta, v).tangent;
      return jvp(slope, parameters, v).tangent;
    },
    typesOf(objective, size),
    { name: 'second-derivative' },
  );
}

/** `vᵀHv` of one example by a Hessian-vector product: [1]. */
function compileProduct({ runtime, objective, mode }: MeasuredNetwork) {
  return runtime.compile(
    ({ parameters, buffers, x, labels, v }) => {
      const loss = (theta: ParameterTensors): Tensor =>
        sum(exampleLosses(objective, { parameters: theta, buffers }, x, labels, mode).losses);
      const product = hvp(loss, parameters, v);
      const terms = Object.keys(product).map((name) => sum(mul(product[name]!, v[name]!)));
      return reshape(
        terms.reduce((one, other) => add(one, other)),
        [1],
      );
    },
    typesOf(objective, 1),
    { name: 'hessian-vector-product' },
  );
}

/** Means and spreads of repeated measurements of each example, by Welford's recurrence. */
class RunningMoments {
  readonly #means: Float64Array<ArrayBuffer>;
  readonly #squares: Float64Array<ArrayBuffer>;
  readonly #counts: Uint32Array;

  constructor(examples: number) {
    this.#means = new Float64Array(examples);
    this.#squares = new Float64Array(examples);
    this.#counts = new Uint32Array(examples);
  }

  /** One more measurement of the examples from number `from` on. */
  add(values: Float64Array, from: number): void {
    values.forEach((value, offset) => {
      const index = from + offset;
      const difference = value - this.#means[index]!;
      this.#means[index]! += difference / ++this.#counts[index]!;
      this.#squares[index]! += difference * (value - this.#means[index]!);
    });
  }

  /** Means of m measurements, and their standard errors √(s²/m) with s² by 1/(m−1). */
  estimate(m: number): { values: Float64Array<ArrayBuffer>; standardErrors: Float64Array<ArrayBuffer> } {
    return {
      values: this.#means,
      standardErrors: this.#squares.map((squares) => Math.sqrt(squares / (m - 1) / m)),
    };
  }
}
