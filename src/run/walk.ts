import type { HostTensor } from '../base/index.ts';
import type { MetricRecord, ProbeCost } from '../contract/index.ts';
import type { ExampleSet } from '../data/index.ts';
import { ruleFor } from '../optim/index.ts';
import { exactRecord, type Probe } from '../probes/index.ts';
import { Evaluator, initialSlots, initialState, Trainer } from '../train/index.ts';
import type { TrainingState } from './checkpoint.ts';
import { ProbeMeter } from './meter.ts';
import { learningRateAt, learningRateVaries } from './phases.ts';
import { createOwnProbes, type OwnProbe } from './own-probes.ts';
import type { Prepared } from './assemble.ts';
import { createProbes, wantsGradient } from './probes.ts';
import { createStepper } from './stepper.ts';
import { trainingSeed } from './training-seed.ts';

export type SetEvaluator = readonly [set: 'train' | 'validation' | 'test', evaluator: Evaluator];

interface WalkParts {
  readonly trainer: Trainer;
  /** In the order of the specification, with their kinds; one's own follow, with their names. */
  readonly probes: readonly (readonly [kind: string, probe: Probe])[];
  readonly meter: ProbeMeter;
  readonly evaluators: readonly SetEvaluator[];
}

/** What goes on beside the numbers. */
export interface WalkOptions {
  /** What the probes cost in earlier sessions; default: nothing. */
  readonly spent?: readonly ProbeCost[];
  /** What was measured before the first update. */
  readonly log?: (message: string) => void;
  /** Probes of one's own beside those of the specification; default: none. */
  readonly own?: readonly OwnProbe[];
  /** What is not finite, where training goes on with it. */
  readonly warn?: (message: string) => void;
}

/** Training with everything that its specification measures: updates and their records, in order, written nowhere. */
export class Walk {
  readonly #prepared: Prepared;
  readonly #parts: WalkParts;

  private constructor(prepared: Prepared, parts: WalkParts) {
    this.#prepared = prepared;
    this.#parts = parts;
  }

  /** Compiles what the run needs; without `from` it starts at the initial parameters. */
  static async create(
    prepared: Prepared,
    from: TrainingState | null,
    { warn = () => undefined, log = () => undefined, spent = [], own = [] }: WalkOptions = {},
  ): Promise<Walk> {
    const { specification, objective, runtime } = prepared;
    const initial = {
      ...initialState(objective.model, trainingSeed(specification)),
      slots: initialSlots(objective.model, ruleFor(specification.optimizer)),
    };
    const state = from?.trainer ?? initial;
    const stepper = await createStepper(prepared, wantsGradient(prepared), state.iteration, log);
    const rate = (iteration: number): number => learningRateAt(prepared, iteration);
    const trainer = new Trainer(runtime.backend, stepper, rate, state, {
      gradientStepper: (iteration) => createStepper(prepared, true, iteration, () => undefined),
      ...(specification.onNonFinite === 'continue' ? { onNonFinite: warn } : {}),
    });
    const begun = { initial: initial.parameters, saved: from?.probes ?? {} };
    const specified = await createProbes(prepared, { ...begun, warn });
    const kinds = specification.probes.map(({ kind }) => kind);
    const probes = [
      ...specified.map((probe, index) => [kinds[index]!, probe] as const),
      ...(await createOwnProbes(own, kinds, { ...prepared, ...begun })),
    ];
    return new Walk(prepared, {
      trainer,
      probes,
      meter: new ProbeMeter(
        probes.map(([name]) => name),
        spent,
      ),
      evaluators: await createEvaluators(prepared),
    });
  }

  /** Updates made so far, over all sessions of the run. */
  get iteration(): number {
    return this.#parts.trainer.iteration;
  }

  /** What the probes measure of θ_t itself. */
  async visit(): Promise<MetricRecord[]> {
    const { trainer, probes, meter } = this.#parts;
    const { iteration, parameters, buffers } = trainer;
    const records: MetricRecord[] = [];
    for (const [kind, probe] of probes)
      records.push(...(await meter.metered(kind, probe, () => probe.visit?.(iteration, { parameters, buffers }))));
    return records;
  }

  /** Whether loss and accuracy are measured at θ_t; they always are at the end of training. */
  get evaluates(): boolean {
    const { specification, clock, totalIterations } = this.#prepared;
    return this.iteration === totalIterations || clock.isDue(specification.evaluate, this.iteration);
  }

  /** Loss and accuracy of θ_t on the training and test examples, and on the validation set where one is kept apart. */
  async evaluate(): Promise<MetricRecord[]> {
    const { iteration, parameters, buffers } = this.#parts.trainer;
    const records: MetricRecord[] = [];
    for (const [set, evaluator] of this.#parts.evaluators) {
      const { loss, accuracy, examples } = await evaluator.evaluate(parameters, buffers);
      records.push(exactRecord(`${set}.loss`, iteration, loss, examples));
      records.push(exactRecord(`${set}.accuracy`, iteration, accuracy, examples));
    }
    return records;
  }

  /** Makes update t. Returns its loss and what is measured of it. */
  async update(): Promise<{ loss: number; records: MetricRecord[] }> {
    const { iteration } = this;
    const { trainer, probes, meter } = this.#parts;
    const update = await trainer.step();
    const records = update.hasLoss !== false ? [exactRecord('batch.loss', iteration, update.loss)] : [];
    if (learningRateVaries(this.#prepared))
      records.push(exactRecord('learningRate', iteration, learningRateAt(this.#prepared, iteration)));
    for (const [kind, probe] of probes)
      records.push(...(await meter.metered(kind, probe, () => probe.afterUpdate?.(update))));
    return { loss: update.loss, records };
  }

  /** Everything that the next updates and their records depend on. */
  async state(): Promise<TrainingState> {
    const probes = this.#parts.probes.map(([, probe]) => probe.state?.() ?? {});
    return {
      trainer: await this.#parts.trainer.state(),
      probes: Object.assign({}, ...probes) as Record<string, HostTensor>,
    };
  }

  /**
   * What the probes cost over all sessions of the run.
   *
   * @param runSeconds its wall time so far
   */
  costs(runSeconds: number): ProbeCost[] {
    return this.#parts.meter.costs(runSeconds);
  }

  async release(): Promise<void> {
    const { trainer, probes, evaluators } = this.#parts;
    await trainer.release();
    for (const [, probe] of probes) await probe.release();
    for (const [, evaluator] of evaluators) await evaluator.release();
  }
}

/** One for each set of examples of the run that has any. */
export async function createEvaluators(prepared: Prepared): Promise<SetEvaluator[]> {
  const { train, validation, test } = prepared.data;
  const of = (examples: ExampleSet): Promise<Evaluator> =>
    Evaluator.create(prepared.runtime, prepared.objective, prepared.chunked(examples));
  return [
    ['train', await of(train)],
    ...(validation ? [['validation', await of(validation)] as const] : []),
    ...(test.count > 0 ? [['test', await of(test)] as const] : []),
  ];
}
