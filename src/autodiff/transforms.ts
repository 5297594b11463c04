import { isFloat, ThalwegError } from '../base/index.ts';
import { flattenTree, mapLeaves, type Tensor, type Tree } from '../graph/index.ts';
import { atUserLine, identity, isTensor, onesLike } from '../ops/index.ts';
import { pushforward } from './forward.ts';
import { pullback } from './reverse.ts';

/**
 * Derivatives of functions that build graphs. Arguments and results are tensors, or lists and records of tensors, to any
 * depth. Each transform returns what a function built of the same operators would, so transforms nest to any order:
 * `jvp` of `grad` is a Hessian-vector product, `jvp` of `jvp` a second directional derivative.
 */

export type TensorTree = Tree<Tensor>;

const leaves = (tree: TensorTree): Tensor[] => flattenTree(tree, isTensor).map(([, leaf]) => leaf);

/** The leaves of `tree`, which has the structure of `like`, in the order of the leaves of `like`. */
function aligned(name: string, like: TensorTree, tree: TensorTree): Tensor[] {
  const given = new Map(flattenTree(tree, isTensor));
  const paths = flattenTree(like, isTensor).map(([path]) => path);
  const missing = paths.find((path) => !given.has(path));
  const surplus = [...given.keys()].find((path) => !paths.includes(path));
  if (missing === undefined && surplus === undefined) return paths.map((path) => given.get(path)!);
  const problem = missing === undefined ? `one more at "${surplus!}"` : `none at "${missing}"`;
  throw new ThalwegError(
    'GRAPH_SHAPE',
    `${name}: expected a tensor for each of ${paths.length}, got ${problem}${atUserLine()}`,
  );
}

/** A tree of the structure of `like` with these leaves. */
function rebuild<T extends TensorTree>(like: T, values: readonly Tensor[]): T {
  let next = 0;
  return mapLeaves<Tensor, Tensor>(like, isTensor, () => values[next++]!) as T;
}

/**
 * The same values under names of their own: a function differentiated at `x` may also use `x` from outside, and that
 * use is a constant of the derivative.
 */
const fresh = <T extends TensorTree>(tree: T): T => mapLeaves<Tensor, Tensor>(tree, isTensor, identity) as T;

function requireScalar(value: Tensor): Tensor {
  if (value.rank === 0 && isFloat(value.dtype)) return value;
  throw new ThalwegError(
    'NOT_DIFFERENTIABLE',
    `grad: expected a scalar function, got ${value.toString()}${atUserLine(value.origin)}`,
  );
}

/** `f(x)` and the gradient `∂f/∂x` of a scalar function of one tree. */
export function valueAndGrad<X extends TensorTree>(f: (x: X) => Tensor): (x: X) => { value: Tensor; gradient: X } {
  return (x) => {
    const at = fresh(x);
    const value = requireScalar(f(at));
    return { value, gradient: rebuild(x, pullback([value], [onesLike(value)], leaves(at))) };
  };
}

/** The gradient `∂f/∂x` of a scalar function of one tree: a tree of the structure and types of `x`. */
export function grad<X extends TensorTree>(f: (x: X) => Tensor): (x: X) => X {
  const both = valueAndGrad(f);
  return (x) => both(x).gradient;
}

/** `f(x)` and the map `ȳ ↦ (∂f/∂x)ᵀȳ` (vector-Jacobian product). */
export function vjp<X extends TensorTree, Y extends TensorTree>(
  f: (x: X) => Y,
  x: X,
): { value: Y; pullback: (cotangent: TensorTree) => X } {
  const at = fresh(x);
  const value = f(at);
  return {
    value,
    pullback: (cotangent) => rebuild(x, pullback(leaves(value), aligned('vjp', value, cotangent), leaves(at))),
  };
}

/** `f(x)` and its directional derivative `(∂f/∂x)ẋ` (Jacobian-vector product); `tangent` has the structure and types of `x`. */
export function jvp<X extends TensorTree, Y extends TensorTree>(
  f: (x: X) => Y,
  x: X,
  tangent: TensorTree,
): { value: Y; tangent: Y } {
  const at = fresh(x);
  const value = f(at);
  return { value, tangent: rebuild(value, pushforward(leaves(value), leaves(at), aligned('jvp', x, tangent))) };
}

/** The product `Hv` of the Hessian `∂²f/∂x²` of a scalar function with a vector of the structure of `x`: forward over reverse. */
export function hvp<X extends TensorTree>(f: (x: X) => Tensor, x: X, vector: TensorTree): X {
  return jvp(grad(f) as (x: X) => TensorTree, x, vector).tangent as X;
}
