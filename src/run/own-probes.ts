import { ThalwegError, type HostTensor } from '../base/index.ts';
import { isOwnSeries, type MetricRecord, type ProbeCost } from '../contract/index.ts';
import type { Probe } from '../probes/index.ts';
import type { Prepared } from './assemble.ts';

/** What a probe of one's own is made with. */
export interface OwnProbeSetting extends Pick<
  Prepared,
  'specification' | 'data' | 'objective' | 'runtime' | 'clock' | 'totalIterations' | 'chunked' | 'evaluationSet'
> {
  /** θ_0 */
  readonly initial: Readonly<Record<string, HostTensor>>;
  /** What the probes kept (`Probe.state`) in the checkpoint that the run goes on from; empty at its beginning. */
  readonly saved: Readonly<Record<string, HostTensor>>;
}

/** A probe that no specification names: it records series `own.<name>`, which lists, figures and exports show like all others. */
export interface OwnProbe {
  /** Stands with its cost in the run's summary; no kind of a specification's probe. */
  readonly name: string;
  create(setting: OwnProbeSetting): Promise<Probe>;
}

type NamedProbe = readonly [name: string, probe: Probe];

/** Makes them, in their order. Throws `USAGE` for a name that stands there twice, and later for a record of another series. */
export async function createOwnProbes(
  own: readonly OwnProbe[],
  taken: readonly string[],
  setting: OwnProbeSetting,
): Promise<NamedProbe[]> {
  const probes: NamedProbe[] = [];
  for (const one of own) {
    const { name } = one;
    if ([...taken, ...probes.map(([other]) => other)].includes(name))
      throw new ThalwegError('USAGE', `probe ${name}: expected a name of its own, got one that another probe has`);
    probes.push([name, onlyOwnSeries(name, await one.create(setting))]);
  }
  return probes;
}

/** Throws `RUN_STATE` where the run began with probes that are not there now: their series would end without a word. */
export function requireOwnProbes(run: string, names: readonly string[], before: readonly ProbeCost[]): void {
  const missing = before.map(({ kind }) => kind).filter((kind) => !names.includes(kind));
  if (missing.length === 0) return;
  const expected = `its own ${missing.length === 1 ? 'probe' : 'probes'} ${missing.join(', ')}`;
  throw new ThalwegError('RUN_STATE', `run ${run}: expected ${expected}, which it began with, got none of that name`);
}

function onlyOwnSeries(name: string, probe: Probe): Probe {
  const checked = (records: MetricRecord[]): MetricRecord[] => {
    const other = records.find(({ series }) => !isOwnSeries(series));
    if (!other) return records;
    throw new ThalwegError('USAGE', `probe ${name}: expected records of series own.<name>, got "${other.series}"`);
  };
  return {
    ...(probe.visit && { visit: async (iteration, network) => checked(await probe.visit!(iteration, network)) }),
    ...(probe.afterUpdate && { afterUpdate: async (update) => checked(await probe.afterUpdate!(update)) }),
    ...(probe.state && { state: () => probe.state!() }),
    ...(probe.products && { products: () => probe.products!() }),
    release: () => probe.release(),
  };
}
