import { z } from 'zod';
import { count } from './count.ts';

/** What every quantity of a point θ can be told. */
const common = {
  examples: z
    .union([z.literal('all'), count('examples')])
    .optional()
    .describe(
      'training examples it is measured on: all, or the first n of a seeded permutation; absent: 2,000, or all of fewer. A value from a part is that part’s, and says how many',
    ),
};

const batchNorm = z
  .enum(['batch', 'running'])
  .default('batch')
  .describe(
    'statistics of batch normalisation: of each chunk of the training batch size, as SGD experiences, or the running ones',
  );

const parameters = z
  .array(z.string().min(1))
  .min(1)
  .optional()
  .describe('parameters, layers or blocks by name, such as fc3: only their block of the matrix; absent: all');

const maxProducts = (most: number) => count('products with the matrix at most').default(most);

/** Values of a loss's parameter. The paper names σ = 0.5, 1 and 8; its other values stand in its pictures only. */
const parameterGrid = (value: z.ZodNumber, what: string) =>
  z.array(value).max(100).default([0.25, 0.5, 1, 2, 4, 8, 16]).describe(`${what}; an empty list leaves the loss out`);

/** The options of each quantity, `kind` included. */
export const quantityShapes = {
  'hessian-spectrum': {
    kind: z.literal('hessian-spectrum').describe('leading eigenvalues of the Hessian, and its most negative one'),
    ...common,
    batchNorm,
    parameters,
    k: count('eigenvalues of largest absolute value').max(1000).default(1),
    tolerance: z
      .number()
      .positive()
      .lt(1)
      .default(1e-3)
      .describe('largest residual ‖Hv − λv‖/|λ| that counts as converged'),
    maxProducts: maxProducts(400),
  },
  margins: {
    kind: z.literal('margins').describe('margins of the examples, affine Hessian traces and margin bounds'),
    ...common,
    batchNorm,
    bins: count('bins of each histogram').max(1000).default(50),
  },
  'alternative-losses': {
    kind: z
      .literal('alternative-losses')
      .describe('Gcdf, tempered cross-entropy and hinge loss for grids of parameters'),
    ...common,
    batchNorm,
    sigmas: parameterGrid(z.number().positive(), 'σ of the Gcdf loss'),
    temperatures: parameterGrid(z.number().positive(), 'T of the cross-entropy of s/T'),
    margins: parameterGrid(z.number().min(0), 'γ of the multi-class hinge loss'),
  },
} as const;

/** Quantities of a point θ, measured by a probe along training or afterwards from a checkpoint. */
export const quantitySchema = z.discriminatedUnion('kind', [
  z.strictObject(quantityShapes['hessian-spectrum']),
  z.strictObject(quantityShapes.margins),
  z.strictObject(quantityShapes['alternative-losses']),
]);

export type QuantitySpecification = z.output<typeof quantitySchema>;
export type QuantityKind = QuantitySpecification['kind'];
export const quantityKinds = Object.keys(quantityShapes) as QuantityKind[];
/** The specification of one kind of quantity. */
export type QuantityOf<Kind extends QuantityKind> = Extract<QuantitySpecification, { kind: Kind }>;
