import type { Command } from 'commander';
import type { DataOptions } from '../commands/data.ts';
import { define, type Definitions } from './command.ts';

/** `data list`, `data fetch` and `data verify`. */
export function defineData({ program, io, exit }: Definitions): void {
  const data = define(program, 'data', 'list, fetch and verify data sets', [
    'thalweg data list',
    'thalweg data fetch mnist',
    'thalweg data verify',
  ]);
  const commands = () => import('../commands/data.ts');

  dataOption(
    define(data, 'list', 'list the data sets and whether they are here', [
      'thalweg data list',
      'thalweg data list --data ./data --json',
    ]),
  )
    .option('--json', 'write one JSON document')
    .action(async (options: DataOptions) => exit(await (await commands()).dataList(options, io)));

  dataOption(
    define(data, 'fetch', 'download a data set; an interrupted download goes on where it stopped', [
      'thalweg data fetch mnist',
      'thalweg data fetch cifar-10 --data ./data',
    ]),
  )
    .argument('<name>', 'name of a data set')
    .action(async (name: string, options: DataOptions) => exit(await (await commands()).dataFetch(name, options, io)));

  dataOption(
    define(data, 'verify', 'compare the files of a data set, or of all, with their recorded checksums', [
      'thalweg data verify',
      'thalweg data verify mnist',
    ]),
  )
    .argument('[name]', 'name of a data set (default: all)')
    .action(async (name: string | undefined, options: DataOptions) =>
      exit(await (await commands()).dataVerify(name, options, io)),
    );
}

const dataOption = (command: Command): Command =>
  command.option('--data <dir>', 'folder of the data sets (default: $THALWEG_DATA, else the user’s cache folder)');
