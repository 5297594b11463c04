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

const maxProducts = (most: number, least = 1) => count('products with the matrix at most').min(least).default(most);

/** Values of a loss's parameter. The paper names σ = 0.5, 1 and 8; its other values stand in its pictures only. */
const parameterGrid = (value: z.ZodNumber, what: string) =>
  z.array(value).max(100).default([0.25, 0.5, 1, 2, 4, 8, 16]).describe(`${what}; an empty list leaves the loss out`);

const tolerance = z
  .number()
  .positive()
  .lt(1)
  .default(1e-3)
  .describe('largest residual ‖Hv − λv‖/|λ| that counts as converged');

/** The options of each quantity, `kind` included. */
export const quantityShapes = {
  'hessian-spectrum': {
    kind: z.literal('hessian-spectrum').describe('leading eigenvalues of the Hessian, and its most negative one'),
    ...common,
    batchNorm,
    parameters,
    k: count('eigenvalues of largest absolute value').max(1000).default(1),
    mostNegative: z
      .boolean()
      .default(true)
      .describe('also the most negative eigenvalue; it often takes several times as many products'),
    tolerance,
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
  'hessian-trace': {
    kind: z.literal('hessian-trace').describe('trace of the Hessian or of another matrix over the parameters'),
    ...common,
    batchNorm,
    parameters,
    matrix: z
      .enum(['hessian', 'gauss-newton', 'fisher', 'gradient-covariance'])
      .default('hessian')
      .describe(
        'which matrix; fisher is the empirical one. It and the gradient covariance need batchNorm: running where there is batch normalisation',
      ),
    method: z
      .enum(['hutchinson', 'hutch++'])
      .default('hutchinson')
      .describe('mean of zᵀAz over random z, or that beside an exact part on the leading directions'),
    distribution: z.enum(['rademacher', 'gaussian']).default('rademacher').describe('of the elements of z'),
    relativeError: z
      .number()
      .positive()
      .lt(1)
      .default(0.01)
      .describe('largest standard error over |value| that counts as converged'),
    maxProducts: maxProducts(400, 4),
  },
  'per-example-hessian-trace': {
    kind: z
      .literal('per-example-hessian-trace')
      .describe('Hessian traces of single examples, and their correlation with what margins say of them'),
    ...common,
    method: z
      .enum(['exact', 'hutchinson', 'one-by-one'])
      .default('exact')
      .describe('exact where the network has exact traces; hutchinson for any; one-by-one as PyHessian does it, slow'),
    probes: count('random directions for each example, unless exact').min(2).default(10),
  },
  'hessian-density': {
    kind: z.literal('hessian-density').describe('spectral density of the Hessian by stochastic Lanczos quadrature'),
    ...common,
    batchNorm,
    parameters,
    probes: count('random directions').min(2).default(10),
    steps: count('Lanczos steps, hence products, for each direction; n for fewer than so many parameters').default(80),
    width: z
      .number()
      .positive()
      .optional()
      .describe('standard deviation of the Gaussian kernel; absent: a hundredth of the range of the eigenvalues'),
  },
  'sam-sharpness': {
    kind: z.literal('sam-sharpness').describe('how much the loss rises by a step of length ρ along its gradient'),
    ...common,
    batchNorm,
    rho: z.number().positive().default(0.05).describe('ρ: length of the step'),
  },
  'box-sharpness': {
    kind: z
      .literal('box-sharpness')
      .describe('how much the loss rises at most in a small box around θ (Keskar et al.)'),
    ...common,
    batchNorm,
    epsilon: z.number().positive().default(1e-3).describe('ε: the box reaches ε(|θ_i| + 1) to both sides'),
    subspace: count('dimensions of a random subspace instead of all parameters; Keskar et al. take 100').optional(),
    iterations: count('steps of a search for the highest loss, each up to 7 gradients').default(10),
    starts: count('searches, each from another random point of the box').default(1),
  },
  'g-bound': {
    kind: z
      .literal('g-bound')
      .describe('Gcdf loss, smoothed cross-entropy, its second-order form and the smoothed 0-1 loss'),
    ...common,
    sigmas: z
      .array(z.number().positive())
      .min(1)
      .default([1])
      .describe('standard deviations of the noise that is added to the weights of the top layer'),
    draws: count('draws of the noise').min(2).default(100),
  },
  'top-scaling': {
    kind: z
      .literal('top-scaling')
      .describe('second derivatives with the top layer’s parameters times α, in float64; small networks'),
    ...common,
    alphas: z
      .array(z.number().positive())
      .min(1)
      .default([1, 2, 4, 8, 16, 32, 64])
      .describe('factors of the top layer’s parameters'),
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
    kind: z
      .literal('gradient-histogram')
      .describe('elements of the gradients of a mini-batch’s single examples, alone or jointly with the parameters'),
    bins: count('bins of equal width').max(1000).default(100),
    range: z.number().positive().default(2).describe('bins reach from −range to range'),
    parameterBins: z
      .int()
      .min(0)
      .max(1000)
      .default(0)
      .describe('bins of parameters in the joint histogram with their gradient elements; 0: no joint histogram'),
    parameterRange: z.number().positive().default(2).describe('bins of parameters reach from −range to range'),
  },
} as const;

/** Quantities of a point θ, measured by a probe along training or afterwards from a checkpoint. */
export const quantitySchema = z.discriminatedUnion('kind', [
  z.strictObject(quantityShapes['hessian-spectrum']),
  z.strictObject(quantityShapes.margins),
  z.strictObject(quantityShapes['alternative-losses']),
  z.strictObject(quantityShapes['hessian-trace']),
  z.strictObject(quantityShapes['per-example-hessian-trace']),
  z.strictObject(quantityShapes['hessian-density']),
  z.strictObject(quantityShapes['sam-sharpness']),
  z.strictObject(quantityShapes['box-sharpness']),
  z.strictObject(quantityShapes['g-bound']),
  z.strictObject(quantityShapes['top-scaling']),
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
