import { availableParallelism, freemem } from 'node:os';
import { messageOf } from '../base/index.ts';
import { keptBytes } from '../data/index.ts';
import { isOwnProblem, priceKind, type Price, type PriceBook } from './prices.ts';
import type { QueuedRun } from './queue.ts';

/** How a machine is shared out among processes. */
export interface Share {
  /** Processes at a time. */
  readonly workers: number;
  /** Threads of each. */
  readonly threads: number;
}

export interface Machine {
  /** Cores that this process may use. */
  readonly cores: number;
  /** Memory that can be taken without swapping, bytes. */
  readonly memory: number;
}

export const thisMachine = (): Machine => ({
  cores: availableParallelism(),
  memory: Math.min(freemem(), process.availableMemory()),
});

/**
 * A plan tries one measurement after another; a run holds them all at once. Runs of four studies at scale smoke took 0.8 to 1.3 times
 * the memory of their plans, the most where that was least (162 MB).
 */
const headroom = 1.25;

/**
 * As many processes as cores, memory and runs allow, at least one; the cores are shared out among them as threads, since more threads
 * than cores only wait for each other. One thread each is the most work a second: what several threads of one small program
 * gain is less.
 *
 * @param peak memory of one run, bytes
 */
export function shareOut({ cores, memory }: Machine, peak: number, runs: number): Share {
  const fitting = Math.floor(memory / (headroom * peak + keptBytes));
  return shareAmong(cores, Math.max(1, Math.min(cores, fitting, runs)));
}

/** The cores shared out among so many processes. */
export const shareAmong = (cores: number, workers: number): Share => ({
  workers,
  threads: Math.max(1, Math.floor(cores / workers)),
});

/** A run, as far as its price needs it. */
export type PricedRun = Pick<QueuedRun, 'id' | 'specification'>;

/** Runs of each kind, that is of one price. */
export function kindsOf<Run extends PricedRun>(runs: readonly Run[]): Run[][] {
  const kinds = new Map<string, Run[]>();
  for (const run of runs) {
    const key = priceKind(run.specification);
    const kind = kinds.get(key);
    if (kind) kind.push(run);
    else kinds.set(key, [run]);
  }
  return [...kinds.values()];
}

/** Kinds of runs that are timed; of more, these many, evenly from the first to the last. */
const mostKinds = 8;

/** What some kinds of runs take. */
export interface KindPrices {
  /** Kinds that there are. */
  readonly kinds: number;
  /** The price of the kinds that were timed, with the runs of each. */
  readonly priced: readonly { readonly price: Price; readonly runs: number }[];
  /** Runs of kinds that were not. */
  readonly others: number;
}

/** Finds out the prices of runs, of eight kinds at most. A kind whose plan fails for a reason of its own is passed over with a note. */
export async function priceKinds(
  runs: readonly PricedRun[],
  threads: number,
  { prices, onNote, signal }: PricingHooks,
): Promise<KindPrices> {
  const kinds = kindsOf(runs);
  const count = Math.min(mostKinds, kinds.length);
  const chosen = Array.from(
    { length: count },
    (_, index) => kinds[count === 1 ? 0 : Math.round((index * (kinds.length - 1)) / (count - 1))]!,
  );
  const priced: { price: Price; runs: number }[] = [];
  for (const kind of chosen) {
    const { id, specification } = kind[0]!;
    try {
      priced.push({ price: await prices.of(specification, threads, id, signal), runs: kind.length });
    } catch (error) {
      if (!isOwnProblem(error)) throw error;
      onNote(`${id} could not be timed: ${messageOf(error)}`);
    }
  }
  const known = priced.reduce((sum, { runs: own }) => sum + own, 0);
  return { kinds: kinds.length, priced, others: runs.length - known };
}

export interface PricingHooks {
  readonly prices: PriceBook;
  readonly onNote: (message: string) => void;
  readonly signal: AbortSignal;
}

/**
 * How this machine is shared out among runs: as they were asked for, or as cores and memory allow. Where no memory could be found out,
 * one at a time; so too for a graphics card, of which there is one.
 */
export async function chooseShare(
  runs: readonly PricedRun[],
  workers: number | undefined,
  hooks: PricingHooks,
  machine: Machine = thisMachine(),
): Promise<Share> {
  if (workers !== undefined) return shareAmong(machine.cores, workers);
  if (runs.length <= 1 || runs.some(({ specification }) => onCard(specification))) return shareAmong(machine.cores, 1);
  const { priced } = await priceKinds(runs, 1, hooks);
  const peak = Math.max(0, ...priced.map(({ price }) => price.memory));
  return peak > 0 && !priced.some(({ price }) => onCard(price))
    ? shareOut(machine, peak, runs.length)
    : shareAmong(machine.cores, 1);
}

/**
 * How a machine is shared out among runs of the kind of this one, however many there are: as cores and memory allow; one at a time
 * where no memory could be found out, and on a graphics card.
 */
export async function shareForKind(run: PricedRun, hooks: PricingHooks, machine: Machine): Promise<Share> {
  if (onCard(run.specification)) return shareAmong(machine.cores, 1);
  const { priced } = await priceKinds([run], 1, hooks);
  const price = priced[0]?.price ?? { memory: 0, device: 'cpu' };
  return price.memory > 0 && !onCard(price) ? shareOut(machine, price.memory, Infinity) : shareAmong(machine.cores, 1);
}

/** Whether programs run on a graphics card; what `auto` stands for is known once a plan is made. */
const onCard = ({ device }: Pick<PricedRun['specification'], 'device'>): boolean =>
  device === 'webgpu' || device === 'cuda';

/** Wall time of runs one after the other with so many threads each, seconds; kinds that were not timed take the mean of the others. */
export function secondsOf({ priced, others }: KindPrices): number {
  const seconds = priced.reduce((sum, { price, runs }) => sum + runs * price.seconds, 0);
  const timed = priced.reduce((sum, { runs }) => sum + runs, 0);
  return timed === 0 ? 0 : seconds * (1 + others / timed);
}
