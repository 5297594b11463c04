import type { MetricRecord, ProbeCost } from '../contract/index.ts';
import type { Probe } from '../probes/index.ts';

/** What the probes of a run cost: time, measurements, products. The clock decides no number that is measured. */
export class ProbeMeter {
  readonly #spent: Map<string, Omit<ProbeCost, 'kind' | 'share'>>;

  /**
   * @param kinds of the probes, in their order
   * @param before what they cost in earlier sessions
   */
  constructor(kinds: readonly string[], before: readonly ProbeCost[]) {
    this.#spent = new Map(
      kinds.map((kind) => {
        const { measurements = 0, products = 0, seconds = 0 } = before.find((cost) => cost.kind === kind) ?? {};
        return [kind, { measurements, products, seconds }];
      }),
    );
  }

  /** The records of one call of a probe, whose cost is noted. */
  async metered(
    kind: string,
    probe: Probe,
    measure: () => Promise<MetricRecord[]> | undefined,
  ): Promise<MetricRecord[]> {
    const [began, madeBefore] = [performance.now(), probe.products?.() ?? 0];
    const records = (await measure()) ?? [];
    const { measurements, products, seconds } = this.#spent.get(kind)!;
    this.#spent.set(kind, {
      measurements: measurements + (records.length > 0 ? 1 : 0),
      products: products + (probe.products?.() ?? 0) - madeBefore,
      seconds: seconds + (performance.now() - began) / 1000,
    });
    return records;
  }

  /** @param runSeconds wall time of the run so far */
  costs(runSeconds: number): ProbeCost[] {
    return [...this.#spent].map(([kind, spent]) => ({
      kind,
      ...spent,
      share: runSeconds > 0 ? spent.seconds / runSeconds : 0,
    }));
  }
}
