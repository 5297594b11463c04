import type { Command } from 'commander';
import type { ImportCommandOptions } from '../commands/import.ts';
import type { InspectOptions } from '../commands/inspect.ts';
import { collect, integer, threads } from '../options.ts';
import { define, type Definitions } from './command.ts';

/** What `--data` takes where the data set itself is meant. */
export const ownDataHelp = 'a folder or archive of images, a .npz or .safetensors file, or the name of a data set';

/** Options of a network from elsewhere. */
export const ownNetwork = (command: Command): Command =>
  command
    .option('--model <file or name>', 'a .onnx file, or a model of the zoo: mlp, fc6, lenet, cnn, vgg11, resnet')
    .option('--weights <file>', 'weights by name for the model (.safetensors or .npz), such as a state_dict of PyTorch')
    .option('--weights-partial', 'allow tensors that are missing or left over')
    .option('--loss <name>', 'the loss of one example (default: cross-entropy)')
    .option(
      '--include <pattern>',
      'with a .onnx file: only these initializers are parameters; may be given again',
      collect,
    )
    .option(
      '--exclude <pattern>',
      'with a .onnx file: these initializers are no parameters; may be given again',
      collect,
    );

/** `inspect` and `import`: networks and trajectories from elsewhere. */
export function defineOwn(definitions: Definitions): void {
  defineInspect(definitions);
  defineImport(definitions);
}

function defineInspect({ program, io, exit }: Definitions): void {
  define(program, 'inspect', 'show what a network of an ONNX file is made of, and what can be measured of it', [
    'thalweg inspect net.onnx',
    'thalweg inspect net.onnx --input-shape 3,224,224 --json',
  ])
    .argument('<file>', 'a .onnx file')
    .option('--input-shape <sizes>', 'shape of one example, where the file leaves axes open: 3,224,224')
    .option('--scores <name>', 'the value with the scores (default: the first output)')
    .option('--include <pattern>', 'only these initializers are parameters; may be given again', collect)
    .option('--exclude <pattern>', 'these initializers are no parameters; may be given again', collect)
    .option('--json', 'write one JSON document')
    .action(async (file: string, options: InspectOptions) =>
      exit(await (await import('../commands/inspect.ts')).inspect(file, options, io)),
    );
}

function defineImport({ program, io, exit }: Definitions): void {
  const command = define(program, 'import', 'make a run of a folder of checkpoints that were saved elsewhere', [
    'thalweg import checkpoints/ --model lenet --data mnist',
    'thalweg import checkpoints/ --model net.onnx --data data.npz --quantity hessian-top --set optimizer.batchSize=50',
  ]).argument(
    '<folder>',
    'checkpoints, .safetensors or .npz, in the order of the numbers in their names (docs/pytorch.md)',
  );
  ownNetwork(command)
    .option('--data <set>', ownDataHelp)
    .option('--quantity <name>', 'also measured at every checkpoint; several with commas, or given again', collect)
    .option(
      '--per-epoch <n>',
      'checkpoints of an epoch (default: from their numbers and the batch size)',
      integer('--per-epoch', 1),
    )
    .option('--set <key=value>', 'change a value of the specification; may be given again', collect)
    .option('--threads <n>', 'threads of the CPU runtime, or auto', threads)
    .option('--name <text>', 'a title for lists')
    .option('--id <name>', 'name of the run and of its folder (default: made from the specification)')
    .option('--runs <dir>', 'folder of the runs (default: $THALWEG_RUNS, else ./runs)')
    .option('--json', 'write one JSON document to standard output, and progress to standard error')
    .action(async (folder: string, options: ImportCommandOptions) =>
      exit(await (await import('../commands/import.ts')).importCheckpoints(folder, options, io)),
    );
}
