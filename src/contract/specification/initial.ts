import { z } from 'zod';

/** SHA-256 of a file, in hexadecimal. */
export const digestSchema = (what: string) =>
  z
    .string()
    .regex(/^[0-9a-f]{64}$/, { error: 'expected 64 hexadecimal digits' })
    .optional()
    .describe(`SHA-256 of ${what}; recorded when a run begins, and another file is refused from then on`);

/** Where training begins instead of random weights. */
export const initialSchema = z
  .strictObject({
    weights: z
      .string()
      .min(1)
      .describe(
        '.safetensors or .npz file with the tensors of the network by name, such as a state_dict of PyTorch; absolute, or relative to the data folder',
      ),
    sha256: digestSchema('that file'),
    partial: z
      .boolean()
      .default(false)
      .describe('whether tensors may be missing, which then begin as drawn from the seed, and others be left over'),
  })
  .optional()
  .describe('initial weights and running statistics from a file; absent: drawn from the seed');
