import type { RunFile } from '../../contract/index.ts';
import { loadDataSet, type DataSet } from '../../data/index.ts';
import { runDirectory, type Checkpoint } from '../../store/index.ts';
import { requireSameData } from '../beginning.ts';
import { checkpointAt, readRun } from '../checkpoint-at.ts';
import { picturedExample, type PicturedExample } from './picture.ts';
import { openPredictor, type Predictor } from './predictor.ts';
import type { ExampleRequest } from './request.ts';

/** What was made last: it is made again only for something else. */
class Kept<T> {
  #held: { readonly key: string; readonly value: T } | null = null;

  /** @param letGo called with what was kept before, so that both never need memory at once */
  async get(key: string, make: () => Promise<T>, letGo: (value: T) => Promise<void> | void): Promise<T> {
    if (this.#held?.key === key) return this.#held.value;
    const before = this.#held;
    this.#held = null;
    if (before) await letGo(before.value);
    const value = await make();
    this.#held = { key, value };
    return value;
  }
}

/**
 * Shows training examples in this process, one after another: the data set and the network that were asked for last stay open. Throws
 * `RUN_NOT_FOUND`, `RUN_STATE` for an iteration without a checkpoint, what loading the data throws, `DATA_INVALID` when the examples
 * are not those of the run, `USAGE` for a position beyond them, and what `openPredictor` throws.
 */
export function createExampleViewer(): (request: ExampleRequest) => Promise<PicturedExample> {
  const sets = new Kept<DataSet>();
  const networks = new Kept<Predictor>();
  return async ({ runsDirectory, id, position, at, dataDirectory }) => {
    const { file, checkpoints } = readRun(runsDirectory, id);
    const { data: source, seed } = file.specification;
    const data = await sets.get(
      JSON.stringify([source, seed, dataDirectory]),
      () => loadDataSet(source, { seed, dataDirectory }),
      () => undefined,
    );
    await requireSameData(file, { data });
    const pictured = await picturedExample(data, position);
    if (at === null) return pictured;
    const checkpoint = at === 0 ? null : checkpointAt(id, checkpoints, at);
    const places = { runDirectory: runDirectory(runsDirectory, id), dataDirectory };
    const network = await networks.get(
      keyOf(file, checkpoint),
      () => openPredictor(file, checkpoint, data, places),
      (other) => other.close(),
    );
    return { ...pictured, example: { ...pictured.example, prediction: await network.predict(position) } };
  };
}

/** A run that was made again under the same name is another one. */
const keyOf = ({ id, created, specification }: RunFile, checkpoint: Checkpoint | null): string =>
  JSON.stringify([id, created, specification, checkpoint?.path]);
