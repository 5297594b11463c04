import { pullback, pushforward } from '../../src/autodiff/index.ts';
import { hostTensor, randomStream, sizeOf, toFloat64, type HostTensor } from '../../src/base/index.ts';
import type { Graph, Tensor } from '../../src/graph/index.ts';
import * as ops from '../../src/ops/index.ts';
import { norm } from './close.ts';
import { floatInputs, type RandomGraph } from './random-graph.ts';

/** A graph with derivatives of its result as outputs, and values for its inputs (directions included). */
export interface DerivativeGraph {
  readonly graph: Graph;
  readonly values: Readonly<Record<string, HostTensor>>;
}

interface Directions {
  readonly inputs: Readonly<Record<string, Tensor>>;
  readonly values: Readonly<Record<string, HostTensor>>;
  readonly tensors: readonly Tensor[];
}

/** A random normal direction for each of `tensors`, as inputs named `<letter>0`, `<letter>1`, … */
function directions(letter: string, tensors: readonly Tensor[]): Directions {
  const stream = randomStream(1, 'direction', letter);
  const named = tensors.map(({ dtype, shape }, index) => {
    const value = hostTensor(
      dtype,
      shape,
      Float32Array.from({ length: sizeOf(shape) }, () => stream.normal()),
    );
    return [`${letter}${index}`, value, ops.input(`${letter}${index}`, value)] as const;
  });
  return {
    inputs: Object.fromEntries(named.map(([name, , tensor]) => [name, tensor])),
    values: Object.fromEntries(named.map(([name, value]) => [name, value])),
    tensors: named.map(([, , tensor]) => tensor),
  };
}

const numbered = (letter: string, tensors: readonly Tensor[]): Record<string, Tensor> =>
  Object.fromEntries(tensors.map((tensor, index) => [`${letter}${index}`, tensor]));

/**
 * Outputs `y = f(x)`, `forward = Jv` and `reverse0, reverse1, … = Jᵀu` for random directions v (inputs `v0, v1, …`, of the
 * types of the floating-point inputs) and u (input `u0`, of the type of y).
 */
export function firstDerivatives(random: RandomGraph): DerivativeGraph {
  const sources = floatInputs(random);
  const [v, u] = [directions('v', sources), directions('u', [random.output])];
  const forward = pushforward([random.output], sources, v.tensors)[0]!;
  const reverse = pullback([random.output], u.tensors, sources);
  return {
    graph: {
      inputs: { ...random.inputs, ...v.inputs, ...u.inputs },
      outputs: { y: random.output, forward, ...numbered('reverse', reverse) },
    },
    values: { ...random.values, ...v.values, ...u.values },
  };
}

/**
 * Outputs `gradient0, …` of the scalar `s = Σ w·(y + y²/2)` with random w (input `w0`), and its Hessian times two
 * directions v and u: `Hv0, …` and `Hu0, …`.
 */
export function secondDerivatives(random: RandomGraph): DerivativeGraph {
  const sources = floatInputs(random);
  const [v, u, w] = [directions('v', sources), directions('u', sources), directions('w', [random.output])];
  const y = random.output;
  const scalar = ops.sum(ops.mul(w.tensors[0]!, ops.add(y, ops.mul(ops.square(y), 0.5))));
  const gradient = pullback([scalar], [ops.onesLike(scalar)], sources);
  const [Hv, Hu] = [v, u].map((direction) => pushforward(gradient, sources, direction.tensors)) as [Tensor[], Tensor[]];
  return {
    graph: {
      inputs: { ...random.inputs, ...v.inputs, ...u.inputs, ...w.inputs },
      outputs: { ...numbered('gradient', gradient), ...numbered('Hv', Hv), ...numbered('Hu', Hu) },
    },
    values: { ...random.values, ...v.values, ...u.values, ...w.values },
  };
}

/** Values of a graph's outputs in float64 by the reference interpreter. */
export function evaluate({ graph, values }: DerivativeGraph): Record<string, Float64Array> {
  const results = ops.interpret(Object.values(graph.outputs), values);
  return Object.fromEntries(Object.keys(graph.outputs).map((name, index) => [name, results[index]!.data]));
}

/** The elements of all tensors named `<letter>0`, `<letter>1`, …, one after the other. */
export function gathered(letter: string, values: Readonly<Record<string, ArrayLike<number>>>): number[] {
  const parts: number[] = [];
  for (let index = 0; values[`${letter}${index}`]; index++) parts.push(...Array.from(values[`${letter}${index}`]!));
  return parts;
}

/** Directions as numbers, for inner products. */
export const direction = (letter: string, { values }: DerivativeGraph): number[] =>
  gathered(letter, Object.fromEntries(Object.entries(values).map(([name, value]) => [name, toFloat64(value)])));

/** A directional derivative by differences of values, with a bound on its own error; undefined across a kink. */
export interface DifferenceQuotient {
  readonly values: Float64Array;
  readonly uncertainty: number;
}

const largestStep = 2 ** -12;

/**
 * `(f(x + hv) − f(x − hv))/2h` for the named outputs at h, h/2 and h/4, extrapolated to h = 0. Two extrapolations tell
 * the error of the better one: undefined when they disagree as they do only where f is not smooth (or not finite).
 */
export function differenceQuotient(
  derivatives: DerivativeGraph,
  names: readonly string[],
): DifferenceQuotient | undefined {
  const steps = [largestStep, largestStep / 2, largestStep / 4];
  const [coarse, middle, fine] = steps.map((step) => centralDifference(derivatives, names, step)) as [
    Central,
    Central,
    Central,
  ];
  const extrapolated = (wide: Central, narrow: Central): Float64Array =>
    narrow.quotient.map((value, index) => (4 * value - wide.quotient[index]!) / 3);
  const [first, values] = [extrapolated(coarse, middle), extrapolated(middle, fine)];
  const change = norm(values.map((value, index) => value - first[index]!));
  const rounding = (1e-14 * (1 + fine.size)) / steps[2]!;
  return change <= 1e-4 * norm(values) + rounding ? { values, uncertainty: change + rounding } : undefined;
}

interface Central {
  readonly quotient: Float64Array;
  /** Norm of the values that were subtracted. */
  readonly size: number;
}

function centralDifference({ graph, values }: DerivativeGraph, names: readonly string[], step: number): Central {
  const sources = Object.values(graph.inputs).filter(
    (tensor) => /^x/.test(nameOf(tensor)) && tensor.dtype === 'float64',
  );
  const at = (distance: number): number[] => {
    const moved: Record<string, HostTensor> = { ...values };
    sources.forEach((source, index) => {
      moved[nameOf(source)] = along(values[nameOf(source)]!, values[`v${index}`]!, distance);
    });
    const outputs = names.map((name) => graph.outputs[name]!);
    return ops.interpret(outputs, moved).flatMap(({ data }) => Array.from(data));
  };
  const [ahead, behind] = [at(step), at(-step)];
  return {
    quotient: Float64Array.from(ahead, (value, index) => (value - behind[index]!) / (2 * step)),
    size: norm(ahead),
  };
}

const nameOf = (tensor: Tensor): string => tensor.attributes['name'] as string;

const along = (x: HostTensor, v: HostTensor, distance: number): HostTensor =>
  hostTensor(
    'float64',
    x.shape,
    toFloat64(x).map((value, index) => value + distance * Number(v.data[index])),
  );
