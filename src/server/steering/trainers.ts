import { availableParallelism } from 'node:os';
import { ThalwegError } from '../../base/index.ts';
import { needsProcess, type Refusals, type RunStatus, type Specification, type Steered } from '../../contract/index.ts';
import { startRun, type RunProcess, type RunRequest } from '../../run/index.ts';
import { openRun, stopWriter } from '../../store/index.ts';

export interface TrainersOptions {
  readonly runsDirectory: string;
  readonly dataDirectory?: string;
  /** Runs that train at once at most, paused ones left out (default: the cores of this machine, at least two). */
  readonly limit?: number;
  /** What starts a training process (default: {@link startRun}). */
  readonly start?: typeof startRun;
}

/** A training process of this server. */
interface Trainer {
  readonly process: RunProcess;
  /** The run it trains; null until the folder of a new one exists. */
  run: string | null;
  begun: boolean;
  state: 'training' | 'paused' | 'stopping';
  /** The run's name once it trains. */
  readonly id: Promise<string>;
}

/** What is wanted of a fork. */
export interface Fork {
  readonly at: number;
  readonly specification: Specification;
  readonly id?: string | undefined;
}

/**
 * The training processes that this server started. How a run goes and how it ended stands in its folder; this only steers. No
 * run has two trainers: the store's lock sees to that, whoever starts them.
 */
export class Trainers {
  readonly #options: TrainersOptions;
  readonly #limit: number;
  readonly #trainers = new Set<Trainer>();

  constructor(options: TrainersOptions) {
    this.#options = options;
    this.#limit = options.limit ?? Math.max(2, availableParallelism());
  }

  /**
   * Starts a run. Resolves with its name once its folder exists; rejects with the trainer's own error before that, and with
   * `TRAINERS_BUSY`.
   */
  start(specification: Specification, id?: string): Promise<string> {
    return this.#begin({ kind: 'execute', specification, ...this.#place(), ...(id !== undefined && { id }) }).id;
  }

  /** Forks a run. Resolves and rejects as {@link start}. */
  fork(parent: string, { at, specification, id }: Fork): Promise<string> {
    const named = id !== undefined && { id };
    return this.#begin({ kind: 'fork', parent, at, specification, ...this.#place(), ...named }).id;
  }

  /** Why a run cannot be steered so now, each in one line; null where it can. Throws `RUN_NOT_FOUND` and `RUN_INVALID`. */
  refusals(id: string): Refusals {
    const status = this.#status(id);
    const trainer = this.#trainerOf(id, status);
    const refusal = (problem: readonly [expected: string, got: string] | null): string | null =>
      problem && `run ${id}: expected ${problem[0]}, got ${problem[1]}`;
    return {
      pause: refusal(pauseProblem(status, trainer)),
      continue: refusal(continueProblem(status, trainer)),
      stop: refusal(
        trainer || needsProcess(status) || status === 'interrupted' ? null : [training, `one that is ${status}`],
      ),
    };
  }

  /** Holds a run of this server before its next update. Does nothing to one that is paused. Throws `RUN_STATE` for any other. */
  pause(id: string): Steered {
    const status = this.#allowed(id, 'pause');
    const trainer = this.#trainerOf(id, status)!;
    trainer.state = 'paused';
    trainer.process.pause();
    return { id, status };
  }

  /**
   * Goes on with a run: at once with a paused one, from its last checkpoint with one that was interrupted or failed. Does nothing
   * to one that trains here. Resolves when it trains. Rejects with `RUN_STATE`, `TRAINERS_BUSY` and the trainer's own error.
   */
  async continue(id: string): Promise<Steered> {
    await this.#end(id);
    const status = this.#allowed(id, 'continue');
    const trainer = this.#trainerOf(id, status) ?? this.#begin({ kind: 'resume', id, ...this.#place() });
    if (trainer.state === 'paused') {
      this.#requireRoom();
      trainer.state = 'training';
      trainer.process.continue();
    }
    await trainer.id;
    return { id, status };
  }

  /**
   * Asks a run to end with a checkpoint, also one that another process of this machine trains. Does nothing to one that was
   * interrupted. Throws `RUN_STATE` for one that has ended otherwise.
   */
  stop(id: string): Steered {
    const status = this.#allowed(id, 'stop');
    const trainer = this.#trainerOf(id, status);
    if (trainer) {
      trainer.state = 'stopping';
      trainer.process.stop();
    } else {
      stopWriter(this.#options.runsDirectory, id);
    }
    return { id, status };
  }

  /** Ends all: each writes a checkpoint; one that has not begun has nothing to keep. */
  async close(): Promise<void> {
    const trainers = [...this.#trainers];
    for (const { begun, process } of trainers) {
      if (begun) process.stop();
      else process.kill();
    }
    await Promise.allSettled(trainers.map(({ process }) => process.done));
  }

  /** The status of a run that can be steered so. */
  #allowed(id: string, action: keyof Refusals): RunStatus {
    const refusal = this.refusals(id)[action];
    if (refusal !== null) throw new ThalwegError('RUN_STATE', refusal);
    return this.#status(id);
  }

  /** Waits for the end of a process whose run has ended already. */
  async #end(id: string): Promise<void> {
    const trainer = this.#processOf(id);
    if (trainer && isOver(trainer, this.#status(id))) await trainer.process.done.catch(() => undefined);
  }

  #begin(request: RunRequest): Trainer {
    this.#requireRoom();
    const { start = startRun } = this.#options;
    let begin = (_id: string): void => undefined;
    const begun = new Promise<string>((resolve) => (begin = resolve));
    const process = start(request, {
      onMessage: (message) => {
        if (message.type !== 'started') return;
        trainer.run = message.run;
        trainer.begun = true;
        begin(message.run);
      },
    });
    const id = Promise.race([begun, process.done.then((run) => run.id)]);
    const run = request.kind === 'resume' ? request.id : null;
    const trainer: Trainer = { process, run, begun: false, state: 'training', id };
    this.#trainers.add(trainer);
    const forget = (): void => void this.#trainers.delete(trainer);
    // Why a run failed stands in its folder; before that, whoever asked for it hears it from `id`.
    process.done.then(forget, forget);
    id.catch(() => undefined);
    return trainer;
  }

  #requireRoom(): void {
    const training = [...this.#trainers].filter(({ state }) => state !== 'paused');
    if (training.length < this.#limit) return;
    const names = training.map(({ run }) => run ?? 'one that begins').join(', ');
    throw new ThalwegError(
      'TRAINERS_BUSY',
      `runs: expected fewer than ${this.#limit} that train at once on this machine, got ${training.length}: ${names}`,
    );
  }

  readonly #place = () => {
    const { runsDirectory, dataDirectory } = this.#options;
    return { runsDirectory, ...(dataDirectory !== undefined && { dataDirectory }) };
  };

  /** The trainer that a run of that status has; a process whose run has ended trains nothing any more. */
  #trainerOf(id: string, status: RunStatus): Trainer | undefined {
    const trainer = this.#processOf(id);
    return trainer && !isOver(trainer, status) ? trainer : undefined;
  }

  #processOf(id: string): Trainer | undefined {
    return [...this.#trainers].find(({ run }) => run === id);
  }

  /** Throws `RUN_NOT_FOUND` and `RUN_INVALID`. */
  #status(id: string): RunStatus {
    const reader = openRun(this.#options.runsDirectory, id);
    try {
      return reader.file().status;
    } finally {
      reader.close();
    }
  }
}

/** Whether the run has ended: its process is about to. */
const isOver = ({ begun }: Trainer, status: RunStatus): boolean => begun && !needsProcess(status);

const training = 'a run that trains';
const stopping = 'one that is stopping';

function pauseProblem(status: RunStatus, trainer: Trainer | undefined): readonly [string, string] | null {
  if (trainer) return trainer.state === 'stopping' ? [training, stopping] : null;
  if (!needsProcess(status)) return [training, `one that is ${status}`];
  return ['a run that this server started', 'one of another process: stop it instead, and continue it'];
}

function continueProblem(status: RunStatus, trainer: Trainer | undefined): readonly [string, string] | null {
  const expected = 'an interrupted or paused run of this server';
  if (trainer) return trainer.state === 'stopping' ? [expected, stopping] : null;
  if (needsProcess(status)) return [expected, `one that is ${status} in another process`];
  return status === 'finished' ? [expected, 'one that is finished'] : null;
}
