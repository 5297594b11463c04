import { messageOf, ThalwegError } from '../../base/index.ts';
import type { StudyState } from '../../contract/index.ts';
import { readStudy, writeStudy } from '../../store/index.ts';
import { Tally, type MakingMessage } from '../../sweep/index.ts';
import type { Work } from '../../workers/index.ts';
import type { PlanKey, StudyPlace, StudyReply, StudyWorkers } from './work.ts';

export interface StudyOrder extends PlanKey {
  readonly only: readonly string[];
}

/** The study that this server makes. */
interface Current {
  readonly order: StudyOrder;
  readonly started: string;
  readonly tally: Tally;
  readonly work: Work<StudyReply>;
  status: StudyState['status'];
  problem: string | null;
}

/** Makes studies of papers, one at a time. What it makes is noted beside the runs, so that another server knows of it. */
export class StudyRunner {
  readonly #place: StudyPlace;
  readonly #workers: StudyWorkers;
  readonly #listeners = new Set<() => void>();
  #current: Current | null = null;
  #isClosing = false;

  constructor(place: StudyPlace, workers: StudyWorkers) {
    this.#place = place;
    this.#workers = workers;
  }

  /** The study that was started last: by this server, or as it was noted in the folder. */
  get state(): StudyState | null {
    if (this.#current) return stateOf(this.#current);
    const noted = readStudy(this.#place.runsDirectory);
    if (!noted) return null;
    const isBroken = isUnderWay(noted.study) && !noted.isHeld;
    return isBroken ? interrupted(noted.study) : noted.study;
  }

  get isBusy(): boolean {
    return this.#current !== null && isUnderWay(this.#current);
  }

  /** Hears of every change. Returns what ends that. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Begins, or goes on with what is there. Throws `RUN_STATE` while a study is under way in this folder, `STORE_FAILED`. */
  start(order: StudyOrder): StudyState {
    this.#requireFree();
    const tally = new Tally(() => performance.now());
    const { paper, scale, seeds, only } = order;
    const request = { kind: 'reproduce', ...this.#place, paper, scale, seeds, only } as const;
    const started = new Date().toISOString();
    const idle = { order, started, tally, status: 'running', problem: null } as const;
    writeStudy(this.#place.runsDirectory, stateOf(idle));
    const work = this.#workers.begin(request, (message) => this.#hear(current, message));
    const current: Current = { ...idle, work };
    this.#current = current;
    work.done.then(
      () => this.#end(current, 'finished', null),
      (error: unknown) => this.#fail(current, error),
    );
    this.#tell();
    return stateOf(current);
  }

  /** Asks the study to stop: runs write a checkpoint. Throws `RUN_STATE` when none of this server is under way. */
  stop(paper: string): StudyState {
    const current = this.#current;
    if (!current || !isUnderWay(current) || current.order.paper !== paper)
      throw new ThalwegError('RUN_STATE', `study ${paper}: expected one that this server makes, got none`);
    current.status = 'stopping';
    current.work.stop();
    this.#tell();
    return stateOf(current);
  }

  /** Stops what is under way; it is noted as interrupted. Resolves when it has ended. */
  async close(): Promise<void> {
    this.#isClosing = true;
    const current = this.#current;
    if (!current || !isUnderWay(current)) return;
    current.work.stop();
    await current.work.done.catch(() => undefined);
  }

  #requireFree(): void {
    const noted = readStudy(this.#place.runsDirectory);
    const study = this.#current ? stateOf(this.#current) : noted?.isHeld === true ? noted.study : null;
    if (!study || !isUnderWay(study)) return;
    const where = this.#current ? '' : ` by process ${noted!.process}`;
    throw new ThalwegError(
      'RUN_STATE',
      `study: expected none under way, got ${study.paper} at scale ${study.scale}, which is being made${where}`,
    );
  }

  #hear(current: Current, message: MakingMessage): void {
    current.tally.take(message);
    if (message.type !== 'progress') this.#note(current);
    this.#tell();
  }

  #fail(current: Current, error: unknown): void {
    const isStopped = error instanceof ThalwegError && error.code === 'INTERRUPTED';
    if (!isStopped) this.#end(current, 'failed', messageOf(error));
    else this.#end(current, this.#isClosing ? 'interrupted' : 'stopped', null);
  }

  #end(current: Current, status: StudyState['status'], problem: string | null): void {
    Object.assign(current, { status, problem });
    this.#note(current);
    this.#tell();
  }

  /** A folder that cannot be written ends the study by itself, with the same reason. */
  #note(current: Current): void {
    try {
      writeStudy(this.#place.runsDirectory, stateOf(current));
    } catch (error) {
      current.problem ??= messageOf(error);
    }
  }

  #tell(): void {
    this.#listeners.forEach((listener) => listener());
  }
}

const isUnderWay = ({ status }: Pick<StudyState, 'status'>): boolean => status === 'running' || status === 'stopping';

function stateOf({ order, started, tally, status, problem }: Omit<Current, 'work'>): StudyState {
  const { paper, scale, seeds = null, only } = order;
  return {
    paper,
    scale,
    seeds,
    only: [...only],
    status,
    started,
    trials: tally.total,
    done: tally.done,
    running: isUnderWay({ status }) ? tally.running : [],
    failures: [...tally.failures],
    secondsLeft: isUnderWay({ status }) ? tally.secondsLeft : null,
    problem,
  };
}

const interrupted = (study: StudyState): StudyState => ({
  ...study,
  status: 'interrupted',
  running: [],
  secondsLeft: null,
});
