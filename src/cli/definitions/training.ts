import type { Command } from 'commander';
import type { ForkOptions } from '../commands/fork.ts';
import type { ResumeOptions } from '../commands/resume.ts';
import type { RunOptions } from '../commands/run.ts';
import { collect, device, integer, oneOf, threads } from '../options.ts';
import { defaultHost, defaultPort } from '../serving.ts';
import { define, type Definitions } from './command.ts';

/** `run`, `resume`, `fork` and `studies`. */
export function defineTraining(definitions: Definitions): void {
  defineRun(definitions);
  defineResume(definitions);
  defineFork(definitions);
  defineStudies(definitions);
}

function defineRun({ program, io, exit, lists }: Definitions): void {
  const command = define(program, 'run', 'train a study or a specification file, and measure along the way', [
    'thalweg run quickstart --serve',
    'thalweg run walk-mlp-mnist --scale smoke --seed 1 --json',
    'thalweg run walk-mlp-mnist --set optimizer.name=gd',
    'thalweg run quickstart --set optimizer.learningRate=0.3 --set model.hidden=[32,32] --set probes.0.points=21',
    'thalweg run my-walk.yaml --runs /big/disk/runs',
    'thalweg run my-walk.yaml --dry-run',
  ])
    .argument('<study or file>', 'name of a study, or a .yaml, .yml or .json file (docs/specification.md)')
    .option(
      '--scale <name>',
      'smoke (seconds to two minutes), laptop (default) or paper',
      oneOf('--scale', ['smoke', 'laptop', 'paper']),
    )
    .option('--set <key=value>', 'change a value of the specification; may be given again', collect)
    .option('--weights <file>', 'initial weights by name (.safetensors or .npz), such as a state_dict of PyTorch')
    .option('--weights-partial', 'allow tensors that are missing or left over')
    .option('--seed <n>', 'seed of the initial weights and the batches', integer('--seed', 0))
    .option('--device <name>', 'cpu (default), webgpu, cuda, or auto: the best that is there', device)
    .option('--threads <n>', 'threads of the CPU runtime, or auto', threads)
    .option(
      '--on-divergence <what>',
      'what a number that is not finite does: stop (default) or continue',
      oneOf('--on-divergence', ['stop', 'continue']),
    )
    .option('--name <text>', 'a title for lists')
    .option('--id <name>', 'name of the run and of its folder (default: made from the specification)')
    .option('--dry-run', 'only print the plan, and what it will cost on this machine');
  shared(command);
  if (lists.studies !== undefined) command.addHelpText('after', `\nStudies:\n${lists.studies}`);
  command.action(async (target: string, options: RunOptions) =>
    exit(await (await import('../commands/run.ts')).run(target, options, io)),
  );
}

function defineResume({ program, io, exit }: Definitions): void {
  const command = define(program, 'resume', 'go on with a run that was interrupted, from its last checkpoint', [
    'thalweg resume last',
    'thalweg resume quickstart-sgd-s1-1 --serve',
    'thalweg resume last --device cpu',
  ])
    .argument('<run>', 'name of a run, the start of it, or "last"')
    .option('--device <name>', 'go on elsewhere: cpu, webgpu, cuda or auto (default: where it was)', device);
  shared(command);
  command.action(async (run: string, options: ResumeOptions) =>
    exit(await (await import('../commands/resume.ts')).resume(run, options, io)),
  );
}

function defineFork({ program, io, exit }: Definitions): void {
  const command = define(program, 'fork', 'train a new run that begins as another was after some iterations', [
    'thalweg fork last --at 400 --set optimizer.learningRate=0.02',
    'thalweg fork quickstart-sgd-s1-1 --at 40 --set optimizer.name=gd --set "duration=80 iterations"',
  ])
    .argument('<run>', 'name of a run, the start of it, or "last"')
    .requiredOption('--at <iteration>', 'updates that both share', integer('--at', 0))
    .option('--set <key=value>', 'change a value of the specification; may be given again', collect)
    .option(
      '--on-divergence <what>',
      'what a number that is not finite does: stop or continue',
      oneOf('--on-divergence', ['stop', 'continue']),
    )
    .option('--name <text>', 'a title for lists')
    .option('--id <name>', 'name of the new run and of its folder (default: made from the specification)');
  shared(command);
  command.action(async (run: string, options: ForkOptions) =>
    exit(await (await import('../commands/fork.ts')).fork(run, options, io)),
  );
}

function shared(command: Command): void {
  command
    .option('--data <dir>', 'folder of the data sets (default: $THALWEG_DATA, else the user’s cache folder)')
    .option('--runs <dir>', 'folder of the runs (default: $THALWEG_RUNS, else ./runs)')
    .option('--serve', 'serve the live page while it trains, and on until Ctrl-C')
    .option('--no-serve', 'end when training ends (default)')
    .option('--port <n>', 'port of the page; 0 takes a free one', integer('--port', 0, 65535), defaultPort)
    .option(
      '--host <address>',
      'address to listen on; one that other machines reach asks for a token ($THALWEG_TOKEN, else a new one)',
      defaultHost,
    )
    .option('--json', 'write one JSON document to standard output, and progress to standard error');
}

function defineStudies({ program, io, exit }: Definitions): void {
  define(program, 'studies', 'list the studies and what each scale does', ['thalweg studies', 'thalweg studies --json'])
    .option('--json', 'write one JSON document')
    .action(async (options: { json?: boolean }) =>
      exit(await (await import('../commands/studies.ts')).studies(options, io)),
    );
}
