import fc from 'fast-check';
import { isFloat, sizeOf, type HostTensor } from '../../src/base/index.ts';
import { printGraph, type Tensor } from '../../src/graph/index.ts';
import * as ops from '../../src/ops/index.ts';
import { Draw, type FloatType } from './draw.ts';
import { recipesOfBuilders } from './recipes-of-builders.ts';
import { recipes, type Recipe } from './recipes.ts';

/** A graph with one floating-point result, and values of its inputs. fast-check prints it as text. */
export interface RandomGraph {
  readonly inputs: Readonly<Record<string, Tensor>>;
  readonly values: Readonly<Record<string, HostTensor>>;
  readonly output: Tensor;
}

/** The inputs with a derivative. */
export const floatInputs = (graph: RandomGraph): Tensor[] =>
  Object.values(graph.inputs).filter((tensor) => isFloat(tensor.dtype));

const recipeOf = (name: string): Recipe => recipes[name] ?? recipesOfBuilders[name]!;

const seeds = fc.nat(2 ** 31 - 1);
const shapes = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 4 });

/** Graphs of one operator, or of what one builder makes of several, with random shapes (rank 0–4, sizes 1–4) and attributes, at a point where it is smooth. */
export function operatorGraph(operator: string, dtype: FloatType): fc.Arbitrary<RandomGraph> {
  const recipe = recipeOf(operator);
  return fc.record({ seed: seeds, shape: shapes }).map(({ seed, shape }) => {
    const draw = new Draw(seed, dtype);
    const x = draw.input(grouped(withRank(shape, recipe.ranks ?? [0, 4]), recipe), recipe.domain);
    return finish(draw, recipe.build(x, draw));
  });
}

/** Everything but operators whose derivative is not the limit of differences. */
export const smoothOperators = Object.keys(recipes).filter((operator) => recipes[operator]!.smooth !== false);

/** Functions of `src/ops` that are made of several operators. */
export const builderNames = Object.keys(recipesOfBuilders);

/** Graphs of 3 to 8 operators, each applied to what an earlier one made. */
export function composedGraph(
  dtype: FloatType,
  operators: readonly string[] = smoothOperators,
): fc.Arbitrary<RandomGraph> {
  const step = fc.record({ operator: fc.constantFrom(...operators), operand: fc.nat(7), seed: seeds });
  return fc
    .record({ seed: seeds, shape: shapes, steps: fc.array(step, { minLength: 3, maxLength: 8 }) })
    .map(({ seed, shape, steps }) => {
      const draw = new Draw(seed, dtype);
      draw.pool.push(draw.input(shape));
      for (const { operator, operand } of steps) draw.pool.push(extend(draw, recipes[operator]!, operand));
      return finish(draw, draw.pool.at(-1)!);
    });
}

/** Largest number of elements that a step may build on. */
const largest = 96;

/** One more operator on a recent tensor of the pool, which is brought to the rank and domain it needs. */
function extend(draw: Draw, recipe: Recipe, operand: number): Tensor {
  const recent = draw.pool.slice(-2);
  const chosen = recent[operand % recent.length]!;
  const small =
    sizeOf(chosen.shape) <= largest
      ? chosen
      : ops.mean(chosen, { axes: [chosen.shape.indexOf(Math.max(...chosen.shape))] });
  const x = guarded(ops.reshape(small, withRank(small.shape, recipe.ranks ?? [0, 4])), recipe);
  return String(grouped(x.shape, recipe)) === String(x.shape) ? recipe.build(x, draw) : x;
}

/** `x` mapped smoothly to where the operator is defined and its result of moderate size. Kinks are not avoided. */
function guarded(x: Tensor, { domain }: Recipe): Tensor {
  if (domain === 'positive' || domain === 'nonzero') return ops.add(ops.sin(x), 1.5);
  return domain === 'bounded' ? ops.sin(x) : x;
}

/** The shape with axes of size 1 put in front, or with the first axes joined. */
function withRank(shape: readonly number[], [low, high]: readonly [number, number]): number[] {
  const longer = [...Array.from({ length: Math.max(0, low - shape.length) }, () => 1), ...shape];
  const surplus = longer.length - high;
  return surplus <= 0 ? longer : [sizeOf(longer.slice(0, surplus + 1)), ...longer.slice(surplus + 1)];
}

/** The shape with a first axis that is large enough for the recipe's groups. */
function grouped(shape: number[] | readonly number[], { group = 1 }: Recipe): readonly number[] {
  return group === 1 ? shape : [Math.max(shape[0]!, Math.ceil(group / sizeOf(shape.slice(2)))), ...shape.slice(1)];
}

function finish(draw: Draw, output: Tensor): RandomGraph {
  const { inputs, values } = draw;
  const print = (): string => `\n${printGraph({ inputs, outputs: { output } })}\n`;
  return Object.assign({ inputs, values, output }, { [fc.toStringMethod]: print });
}
