import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';
import { ThalwegError } from '../../src/base/index.ts';
import { definitions } from '../../src/cli/definitions/index.ts';
import { catalogueEntry } from '../../src/data/index.ts';
import { figureIds, formulaFigureIds, sweepFigureIds } from '../../src/figures/index.ts';
import { selectTrials } from '../../src/reproduce/index.ts';
import { resolveQuantities, resolveSpecification } from '../../src/studies/index.ts';
import { findPaper, papers } from '../../src/studies/papers/index.ts';
import { Terminal } from '../cli/terminal.ts';
import { codeBlocks, markdownFiles, readPage, root } from './markdown.ts';

/** One command of a page: its words. */
type Words = readonly string[];

/** The commands in a block of shell: without prompts, comments and continuation marks, one for each part of a pipe or `&&`. */
const commandsOf = (block: string): Words[] =>
  block
    .replace(/\\\n\s*/g, ' ')
    .split('\n')
    .flatMap((line) =>
      line
        .replace(/^\s*\$ /, '')
        .replace(/(^|\s)#.*$/, '')
        .split(/&&|\||;/),
    )
    .map((command) => [...command.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(([, a, b, c]) => a ?? b ?? c!));

/** The commands of Thalweg as the program defines them, which only check their words. */
function checkingProgram(check: (command: Command) => void): Command {
  const io = new Terminal();
  const program = new Command('thalweg').exitOverride().configureOutput({ writeOut: () => undefined });
  for (const define of definitions) define({ program, io, exit: () => undefined, lists: {} });
  const leaves = (command: Command): readonly Command[] => {
    command.configureOutput({ writeOut: () => undefined, outputError: () => undefined });
    return command.commands.length === 0 ? [command] : command.commands.flatMap(leaves);
  };
  for (const command of leaves(program)) command.action(() => check(command));
  return program;
}

interface RunOptions {
  readonly scale?: 'smoke' | 'laptop' | 'paper';
  readonly set?: readonly string[];
}

/** Studies, keys of specifications, figures and data sets: what the definitions of options cannot know. */
function checkNames(command: Command): void {
  const [name] = command.args;
  if (command.name() === 'run' && !/\.(ya?ml|json)$/.test(name!)) {
    const { scale, set: sets } = command.opts<RunOptions>();
    resolveSpecification({ target: name!, ...(scale && { scale }), ...(sets && { sets }) });
  }
  if (command.name() === 'reproduce') requirePapers(command);
  if (command.name() === 'figure') requireFigure(command.opts<FigureOptions>());
  if (command.name() === 'measure') {
    const { quantity: names = [], set: sets, model } = command.opts<MeasureOptions>();
    // Beside a model they set the data, too.
    resolveQuantities({ names, ...(sets && model === undefined && { sets }) });
  }
  if (command.parent?.name() === 'data' && name !== undefined) catalogueEntry(name);
}

function requirePapers(command: Command): void {
  const { only } = command.opts<{ readonly only?: readonly string[] }>();
  const chosen = command.args.includes('all') ? papers : command.args.map((name) => findPaper(name));
  selectTrials([], chosen, only ?? []);
}

interface MeasureOptions {
  readonly quantity?: readonly string[];
  readonly set?: readonly string[];
  readonly model?: string;
}

interface FigureOptions {
  readonly figure?: string;
  readonly schedule?: string;
}

const paperFigures = papers.flatMap(({ figures }) => figures.map((figure) => figure.id));

function requireFigure({ figure: id, schedule }: FigureOptions): void {
  if (schedule !== undefined) return;
  if (id === undefined) throw new ThalwegError('USAGE', 'figure: required option "--figure <id>" not specified');
  const known: readonly string[] = [...figureIds, ...formulaFigureIds, ...sweepFigureIds, ...paperFigures];
  if (!known.includes(id)) throw new ThalwegError('FIGURE_UNKNOWN', `no figure "${id}"`);
}

/** Why `thalweg …words` cannot be used like this; null when it can. */
function thalwegProblem(words: Words): string | null {
  try {
    checkingProgram(checkNames).parse([...words], { from: 'user' });
    return null;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return null;
    if (error instanceof ThalwegError || error instanceof CommanderError) return error.message;
    throw error;
  }
}

const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { scripts: Record<string, string> };

/** Why `npm …words` cannot be used like this; null when it can. */
function npmProblem([command = '', script = '']: Words): string | null {
  if (command === 'ci') return null;
  const name = command === 'run' ? script : command;
  return name in scripts ? null : `package.json has no script "${name}"`;
}

/** Why `npx …words` cannot be used like this; null when it can. */
function npxProblem([program = '', ...words]: Words): string | null {
  if (program === 'thalweg') return thalwegProblem(words);
  if (!existsSync(join(root, 'node_modules', '.bin', program))) return `node_modules has no program "${program}"`;
  const missing = words.find((word) => /^(examples|test|tools|docs)\//.test(word) && !existsSync(join(root, word)));
  return missing === undefined ? null : `there is no ${missing}`;
}

const checks: Readonly<Record<string, (words: Words) => string | null>> = {
  npm: npmProblem,
  npx: npxProblem,
  thalweg: thalwegProblem,
};

function problemOf([program = '', ...words]: Words): string | null {
  const problem = checks[program]?.(words) ?? null;
  return problem === null ? null : `${[program, ...words].join(' ')}: ${problem}`;
}

describe('the commands in the documentation', () => {
  const pages = markdownFiles().map(
    (file) => [file, codeBlocks(readPage(file), '', 'sh').flatMap(commandsOf)] as const,
  );
  const checked = pages.flatMap(([, commands]) => commands).filter(([program = '']) => program in checks);

  it('name commands, options, studies, keys, figures and scripts that exist', () => {
    expect(checked.length).toBeGreaterThan(20);
    expect(
      pages.flatMap(([file, commands]) =>
        commands.map(problemOf).flatMap((problem) => (problem ? [`${file}: ${problem}`] : [])),
      ),
    ).toEqual([]);
  });

  it('are found by the check when they are wrong', () => {
    const wrong = commandsOf(
      'npx thalweg lst\nthalweg list --jsn\nthalweg run walk-mlp-mist --scale smoke # a study\n' +
        "npx thalweg run quickstart --set 'optimizer.learningrate=1'\nthalweg figure last --figure wlk --out w.svg\n" +
        'thalweg data fetch mnsit\nnpm run tset && npx nosuchprogram\nthalweg export last\n',
    ).filter((words) => words.length > 0);
    expect(wrong).toHaveLength(9);
    expect(wrong.filter((words) => problemOf(words) === null)).toEqual([]);
  });
});
