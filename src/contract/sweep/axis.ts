import { z } from 'zod';
import { count } from '../specification/count.ts';

/** A key of specifications as `--set` takes it: `optimizer.learningRate`, `probes.0.points`. */
export const axisKeySchema = z
  .string()
  .regex(/^[^.\s]+(\.[^.\s]+)*$/, 'expected a key such as optimizer.learningRate')
  .describe('key of the specification, as --set takes it');

const most = 10_000;
const values = z.array(z.unknown()).min(1).max(most);
const points = count('values, both ends included').min(2).max(most);

/** Exactly one of the keys of a mapping is there. */
const exactlyOne = <Shape extends z.ZodRawShape>(shape: Shape, what: string) =>
  z.strictObject(shape).refine((given) => Object.values(given).filter((value) => value !== undefined).length === 1, {
    error: `expected ${what}`,
  });

/** The values of an axis of the grid. */
export const gridAxisSchema = z.union([
  values.describe('the values in their order'),
  exactlyOne(
    {
      linear: z
        .strictObject({ from: z.number(), to: z.number(), count: points })
        .optional()
        .describe('values at equal distances'),
      log: z
        .strictObject({ from: z.number().positive(), to: z.number().positive(), count: points })
        .optional()
        .describe('values at equal ratios'),
      powers: z
        .strictObject({
          base: z.number().positive().default(2),
          from: z.int().min(-1000).max(1000).describe('first exponent'),
          to: z.int().min(-1000).max(1000).describe('last exponent'),
        })
        .optional()
        .describe('base^from, …, base^to: the powers with whole exponents'),
    },
    'one of linear, log and powers',
  ),
]);
export type GridAxis = z.output<typeof gridAxisSchema>;

const interval = z
  .tuple([z.number(), z.number()])
  .refine(([low, high]) => low < high, { error: 'expected [low, high] with low below high' });
const positiveInterval = z
  .tuple([z.number().positive(), z.number().positive()])
  .refine(([low, high]) => low < high, { error: 'expected [low, high] with low below high' });
const integers = z
  .tuple([z.int(), z.int()])
  .refine(([low, high]) => low <= high, { error: 'expected [low, high] with low not above high' });
const positiveIntegers = z
  .tuple([z.int().positive(), z.int().positive()])
  .refine(([low, high]) => low <= high, { error: 'expected [low, high] with low not above high' });

/** What the values of a random axis are drawn from. */
export const randomAxisSchema = exactlyOne(
  {
    uniform: interval.optional().describe('[low, high): every number as likely'),
    logUniform: positiveInterval.optional().describe('[low, high): every order of magnitude as likely'),
    integer: integers.optional().describe('whole numbers from low to high, each as likely'),
    logInteger: positiveIntegers
      .optional()
      .describe('whole numbers k from low to high, with a probability that is proportional to ln((k + 1)/k)'),
    choice: values.optional().describe('one of these, each as likely'),
  },
  'one of uniform, logUniform, integer, logInteger and choice',
);
export type RandomAxis = z.output<typeof randomAxisSchema>;
