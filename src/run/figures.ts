import type { MetricRecord, RunSummary } from '../contract/index.ts';

type Last =
  'trainLoss' | 'trainAccuracy' | 'validationLoss' | 'validationAccuracy' | 'testLoss' | 'testAccuracy' | 'distance';

const lastOf: Readonly<Partial<Record<MetricRecord['series'], Last>>> = {
  'train.loss': 'trainLoss',
  'train.accuracy': 'trainAccuracy',
  'validation.loss': 'validationLoss',
  'validation.accuracy': 'validationAccuracy',
  'test.loss': 'testLoss',
  'test.accuracy': 'testAccuracy',
  'parameters.distance': 'distance',
};

/** The figures of a run while it trains, kept up record by record from those that it had when the session began. */
export class Figures {
  #figures: RunSummary;
  #heights: number;

  constructor(figures: RunSummary) {
    this.#figures = figures;
    this.#heights = (figures.meanHeight ?? 0) * (figures.interpolated ?? 0);
  }

  add(records: readonly MetricRecord[]): void {
    for (const { series, value } of records) {
      const last = lastOf[series];
      if (last) this.#figures = { ...this.#figures, [last]: Number.isFinite(value) ? value : null };
      else if (series === 'interpolation.height') this.#heights += value;
      else if (series === 'interpolation.barrier') this.#addBarrier(value);
    }
  }

  /** The figures after `iterations` updates, which are `epochs`, and `seconds` of wall time. */
  at(iterations: number, epochs: number, seconds: number): RunSummary {
    const mean = this.#heights / (this.#figures.interpolated ?? 0);
    return {
      ...this.#figures,
      iterations,
      epochs,
      meanHeight: Number.isFinite(mean) ? mean : null,
      seconds,
    };
  }

  #addBarrier(height: number): void {
    const { barriers, interpolated } = this.#figures;
    this.#figures = {
      ...this.#figures,
      barriers: (barriers ?? 0) + (height > 0 ? 1 : 0),
      interpolated: (interpolated ?? 0) + 1,
    };
  }
}
