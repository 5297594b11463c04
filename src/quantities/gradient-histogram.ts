import { toFloat64 } from '../base/index.ts';
import type { QuantityOf } from '../contract/index.ts';
import { createExampleGradients, type NetworkPoint } from '../curvature/index.ts';
import { readTensor } from '../runtime/index.ts';
import { measureBatch } from './batch.ts';
import { ClippedHistogram } from './clipped-histogram.ts';
import { reading, readings, type Quantity, type QuantitySetting, type Reading } from './quantity.ts';

type Options = QuantityOf<'gradient-histogram'>;

/**
 * Histogram of the elements of the gradients of all single examples of a mini-batch, without the penalty: counts in bins of equal
 * width from −range to range, the same along training. Numbers outside are counted in the outermost bins, as Cockpit does, and
 * their share is a reading of its own. With `parameterBins` also jointly with the parameters ({@link JointHistogram}).
 *
 * Memory: the elements of a chunk, examples times parameters. Throws `NO_PER_EXAMPLE_RULE` for an operator without a
 * per-example rule. Batch normalisation takes its running statistics.
 */
export async function createGradientHistogram(options: Options, setting: QuantitySetting): Promise<Quantity> {
  const { network } = setting;
  const pass = await createExampleGradients(network);
  return {
    maxProducts: 1,
    stopsEarly: false,
    measure: (point, moment) =>
      measureBatch(setting, moment, 1, async (batch) => {
        const gradients = new ClippedHistogram(options.bins, options.range);
        const joint = options.parameterBins > 0 ? await JointHistogram.at(point, options, gradients) : undefined;
        await pass.forEach(point, batch, (name, values) => {
          gradients.add(values);
          joint?.add(name, values);
        });
        return [
          ...readings('batch.gradientHistogram', [...gradients.counts], batch.count, gradients.centres),
          reading('batch.gradientOutliers', gradients.outliers, batch.count),
          ...(joint?.readings(batch.count) ?? []),
        ];
      }),
    async rehearse(point) {
      await pass.forEach(point, network.examples, () => undefined);
      return 1;
    },
    release: () => pass.release(),
  };
}

/**
 * Joint histogram of gradient elements and the parameters that they belong to (Cockpit's `GradHist2d`): one count for each cell, row
 * after row, a row for each bin of parameters. Its axes are the coordinates of two histograms: that of the gradients, and one
 * of the parameters, which each count once. A pair with NaN is in no cell.
 */
class JointHistogram {
  readonly #parameters: ClippedHistogram;
  readonly #gradients: ClippedHistogram;
  readonly #cells: Float64Array<ArrayBuffer>;
  /** Row of each parameter, by tensor. */
  readonly #rows = new Map<string, Int32Array>();

  private constructor({ bins, parameterBins, parameterRange }: Options, gradients: ClippedHistogram) {
    this.#parameters = new ClippedHistogram(parameterBins, parameterRange);
    this.#gradients = gradients;
    this.#cells = new Float64Array(parameterBins * bins);
  }

  /** Without gradients yet. @param gradients only for its bins */
  static async at(
    { parameters }: NetworkPoint,
    options: Options,
    gradients: ClippedHistogram,
  ): Promise<JointHistogram> {
    const joint = new JointHistogram(options, gradients);
    for (const [name, tensor] of Object.entries(parameters)) {
      const values = toFloat64(await readTensor(tensor));
      joint.#parameters.add(values);
      joint.#rows.set(
        name,
        Int32Array.from(values, (value) => joint.#parameters.binOf(value)),
      );
    }
    return joint;
  }

  /** @param values gradients of the examples of a chunk for one tensor, one after the other */
  add(name: string, values: Float32Array): void {
    const rows = this.#rows.get(name)!;
    const columns = this.#gradients.counts.length;
    for (let example = 0; example < values.length; example += rows.length)
      for (let k = 0; k < rows.length; k++) {
        const [row, column] = [rows[k]!, this.#gradients.binOf(values[example + k]!)];
        if (row >= 0 && column >= 0) this.#cells[row * columns + column]!++;
      }
  }

  readings(examples: number): Reading[] {
    const { counts, centres, outliers } = this.#parameters;
    return [
      ...readings('batch.parameterHistogram', [...counts], null, centres),
      reading('batch.parameterOutliers', outliers, null),
      ...readings('batch.jointHistogram', [...this.#cells], examples, [...this.#cells.keys()]),
    ];
  }
}
