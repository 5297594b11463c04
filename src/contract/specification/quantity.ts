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

const tolerance = z
  .number()
  .positive()
  .lt(1)
  .default(1e-3)
  .describe('largest residual ‖Hv − λv‖/|λ| that counts as converged');

const maxProducts = (most: number) => count('products with the matrix at most').default(most);

/** The options of each quantity, `kind` included. */
export const quantityShapes = {
  'hessian-spectrum': {
    kind: z.literal('hessian-spectrum').describe('leading eigenvalues of the Hessian, and its most negative one'),
    ...common,
    batchNorm,
    parameters,
    k: count('eigenvalues of largest absolute value').max(1000).default(1),
    tolerance,
    maxProducts: maxProducts(400),
  },
  'gradient-noise': {
    kind: z.literal('gradient-noise').describe('covariance of the gradients of single examples: trace, noise scale'),
    ...common,
  },
  'covariance-alignment': {
    kind: z
      .literal('covariance-alignment')
      .describe('the Hessian beside the covariance of the gradients of single examples'),
    ...common,
    parameters,
    k: count('leading eigenpairs of each matrix').max(1000).default(5),
    tolerance,
    maxProducts: maxProducts(400),
    probes: z.int().min(2).default(30).describe('random vectors for the traces, each one product with each matrix'),
  },
  // Kinds without `examples` are measured on the batch of update t.
  'gradient-tests': {
    kind: z.literal('gradient-tests').describe('tests and ratios of the gradients of a mini-batch’s single examples'),
    epsilon: z.number().nonnegative().default(1e-5).describe('added to variances before they divide'),
  },
  tic: {
    kind: z.literal('tic').describe('Takeuchi information criterion of a mini-batch'),
    epsilon: z.number().nonnegative().default(1e-7).describe('added to curvatures before they divide'),
  },
  'gradient-histogram': {
    kind: z.literal('gradient-histogram').describe('elements of the gradients of a mini-batch’s single examples'),
    bins: count('bins of equal width').max(1000).default(100),
    range: z.number().positive().default(2).describe('bins reach from −range to range'),
  },
} as const;

/** Quantities of a point θ, measured by a probe along training or afterwards from a checkpoint. */
export const quantitySchema = z.discriminatedUnion('kind', [
  z.strictObject(quantityShapes['hessian-spectrum']),
  z.strictObject(quantityShapes['gradient-noise']),
  z.strictObject(quantityShapes['covariance-alignment']),
  z.strictObject(quantityShapes['gradient-tests']),
  z.strictObject(quantityShapes.tic),
  z.strictObject(quantityShapes['gradient-histogram']),
]);

export type QuantitySpecification = z.output<typeof quantitySchema>;
export type QuantityKind = QuantitySpecification['kind'];
export const quantityKinds = Object.keys(quantityShapes) as QuantityKind[];
/** The specification of one kind of quantity. */
export type QuantityOf<Kind extends QuantityKind> = Extract<QuantitySpecification, { kind: Kind }>;
