import { messageOf, ThalwegError } from '../../base/index.ts';
import { loadDataSet, type DataSet } from '../../data/index.ts';
import { picturedExample } from './picture.ts';
import type { ExampleInput, ExampleMessage, ExampleSource } from './process.ts';

/** The program of a process that holds one data set and shows its examples. It ends with the process that started it. */

let data: Promise<DataSet> | undefined;
let answered = Promise.resolve();

process.on('SIGINT', () => undefined);
process.on('disconnect', () => process.exit());
process.on('message', (input: ExampleInput) => {
  if (input.type === 'open') data = load(input.source);
  // One after the other, so that replies keep the order of the requests.
  else answered = answered.then(() => answer(input.position));
});

function load({ data: specification, seed, dataDirectory }: ExampleSource): Promise<DataSet> {
  const loaded = loadDataSet(specification, { seed, ...(dataDirectory !== undefined && { dataDirectory }) });
  // Whoever asks for an example hears of a failure.
  loaded.catch(() => undefined);
  return loaded;
}

async function answer(position: number): Promise<void> {
  process.send!(await reply(position));
}

async function reply(position: number): Promise<ExampleMessage> {
  try {
    return { type: 'example', pictured: await picturedExample(await data!, position) };
  } catch (error) {
    return {
      type: 'failed',
      code: error instanceof ThalwegError ? error.code : 'INTERNAL',
      message: messageOf(error),
      stack: error instanceof Error ? (error.stack ?? null) : null,
    };
  }
}
