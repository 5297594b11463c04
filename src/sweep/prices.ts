import { mkdirSync, readFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { messageOf, ThalwegError } from '../base/index.ts';
import { runPlanSchema, type RunPlan, type Specification } from '../contract/index.ts';
import { userCacheFolder } from '../data/index.ts';
import { describeMachine, startPlan, type PlanRequest } from '../run/index.ts';
import { writeAtomically } from '../store/index.ts';
import { digestOf } from './identity.ts';

const priceSchema = z.strictObject({
  seconds: z.number().nonnegative(),
  memory: z.int().nonnegative(),
  /** What a device `auto` stands for here. */
  device: runPlanSchema.shape.device,
  trainExamples: z.int().positive(),
  validationExamples: z.int().nonnegative(),
});

/** What a run takes on this machine, as its plan found out. */
export type Price = z.infer<typeof priceSchema>;

const bookSchema = z.strictObject({ version: z.literal(1), prices: z.record(z.string(), priceSchema) });

/** Prices that are kept; the oldest go first. */
const mostKept = 2000;

/** Makes the plan of a run, usually in a process of its own, which tells its memory. */
export type Planner = (request: PlanRequest, signal: AbortSignal) => Promise<RunPlan>;

export interface PriceBookOptions {
  readonly dataDirectory: string | undefined;
  /** Default: a process of its own for each plan. */
  readonly planner?: Planner;
  /** Where prices are kept between commands (default: in the user's cache); null: nowhere. */
  readonly file?: string | null;
  /** Hears of what takes long, and of prices that could not be kept. */
  readonly onNote: (message: string) => void;
}

/**
 * The prices of runs on this machine. What is not known is found out by making a plan: a few updates and measurements. Prices are
 * kept by what decides them: the machine, the version of Thalweg, the specification without seed and learning rate.
 */
export class PriceBook {
  readonly #options: PriceBookOptions;
  readonly #planner: Planner;
  readonly #file: string | null;
  readonly #known: Map<string, Price>;

  constructor(options: PriceBookOptions) {
    this.#options = options;
    this.#planner = options.planner ?? planInProcess;
    this.#file = options.file === undefined ? join(userCacheFolder(), 'prices.json') : options.file;
    this.#known = this.#file === null ? new Map<string, Price>() : readPrices(this.#file);
  }

  /**
   * The price of a run with so many threads. Throws what {@link planRun} throws, and `INTERRUPTED` after an abort.
   *
   * @param title names the run where that is told of
   */
  async of(specification: Specification, threads: number, title: string, signal: AbortSignal): Promise<Price> {
    const key = digestOf({ ...machine(), threads, kind: priceKind(specification) });
    const known = this.#known.get(key);
    if (known) return known;
    const { dataDirectory, onNote } = this.#options;
    onNote(`timing ${title}`);
    const place = dataDirectory === undefined ? {} : { dataDirectory };
    const plan = await this.#planner({ specification: { ...specification, threads }, ...place }, signal);
    const { seconds, memory, device, examples } = plan;
    const price = { seconds, memory, device, trainExamples: examples.train, validationExamples: examples.validation };
    this.#known.set(key, price);
    // The user's own files may be others tomorrow.
    if (this.#file !== null && !('path' in specification.data)) this.#keep(this.#file, key, price);
    return price;
  }

  /** Without them the next command times again, and nothing else happens. */
  #keep(file: string, key: string, price: Price): void {
    try {
      mkdirSync(dirname(file), { recursive: true });
      const kept = [...readPrices(file).set(key, price)].slice(-mostKept);
      writeAtomically(file, [`${JSON.stringify({ version: 1, prices: Object.fromEntries(kept) })}\n`]);
    } catch (error) {
      this.#options.onNote(`prices are not kept for the next time: ${messageOf(error)}`);
    }
  }
}

const planInProcess: Planner = async (request, signal) => {
  const { done, kill } = startPlan(request);
  if (signal.aborted) kill();
  signal.addEventListener('abort', kill);
  return done.finally(() => signal.removeEventListener('abort', kill));
};

/** Prices that another version wrote, or a crash tore, are found out again. */
function readPrices(file: string): Map<string, Price> {
  try {
    return new Map(Object.entries(bookSchema.parse(JSON.parse(readFileSync(file, 'utf8'))).prices));
  } catch {
    return new Map();
  }
}

const machine = () => {
  const { thalweg, node, platform, processor } = describeMachine();
  return { thalweg, node, platform, processor, cores: availableParallelism(), memory: totalmem() };
};

/** What decides the price of a run and tells its kind: not its seed and start, nor a learning rate that is a number. */
export function priceKind(specification: Specification): string {
  const {
    seed: _seed,
    start: _start,
    name: _name,
    study: _study,
    scale: _scale,
    threads: _threads,
    ...rest
  } = specification;
  const { optimizer } = rest;
  const learningRate = typeof optimizer.learningRate === 'number' ? null : optimizer.learningRate;
  return digestOf({ ...rest, optimizer: { ...optimizer, learningRate } });
}

/** Whether an error of a plan says nothing of other runs: this one will meet it itself. */
export const isOwnProblem = (error: unknown): boolean =>
  error instanceof ThalwegError &&
  !['DATA_MISSING', 'DATA_INVALID', 'RUNTIME_UNAVAILABLE', 'DEVICE_FEATURE', 'INTERRUPTED', 'INTERNAL'].includes(
    error.code,
  );
