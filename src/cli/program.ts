import { readFileSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { rethrow, type HelpLists } from './definitions/command.ts';
import { definitions } from './definitions/index.ts';
import { reportFailure } from './failure.ts';
import type { Io } from './io.ts';

/**
 * Runs the command line `argv` (without program and script) and returns the exit code: 0 done, 1 failed, 2 wrong use, 130
 * interrupted. Everything it prints goes to `io`; it never throws.
 */
export async function main(argv: readonly string[], io: Io): Promise<number> {
  let code = 0;
  try {
    const program = createProgram(io, (exitCode) => (code = exitCode), await helpLists(argv));
    await program.parseAsync([...argv], { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    return reportFailure(error, argv, io);
  }
}

function createProgram(io: Io, exit: (code: number) => void, lists: HelpLists): Command {
  const program = new Command('thalweg')
    .description('An observatory for the training dynamics of neural networks.')
    .version(version(), '--version', 'print the version')
    .option('--debug', 'show the stack of an error')
    .configureOutput({
      writeOut: (text) => void io.stdout.write(text),
      writeErr: (text) => void io.stderr.write(text),
      outputError: () => undefined,
      getOutHelpWidth: () => io.stdout.columns ?? 100,
      getErrHelpWidth: () => io.stderr.columns ?? 100,
    })
    .exitOverride((error) => rethrow(error))
    .addHelpText('after', `\nExamples:\n${examples.map((line) => `  $ ${line}`).join('\n')}`);
  for (const define of definitions) define({ program, io, exit, lists });
  return program;
}

const examples = [
  'thalweg run quickstart --serve',
  'thalweg list',
  'thalweg figure last --figure walk --out walk.svg',
  'thalweg help run',
];

function version(): string {
  const file = new URL('../../package.json', import.meta.url);
  return (JSON.parse(readFileSync(file, 'utf8')) as { version: string }).version;
}

/** Some help texts list what lies in a catalogue; it is loaded only for them, so that everything else starts quickly. */
async function helpLists(argv: readonly string[]): Promise<HelpLists> {
  if (!argv.some((word) => ['help', '--help', '-h'].includes(word))) return {};
  const lines = (entries: readonly (readonly [string, string])[]): string => {
    const width = Math.max(16, ...entries.map(([name]) => name.length));
    return entries.map(([name, title]) => `  ${name.padEnd(width)} ${title}`).join('\n');
  };
  if (argv.includes('run')) {
    const { studies } = await import('../studies/index.ts');
    return { studies: lines(studies.map(({ name, title }) => [name, title])) };
  }
  if (argv.includes('reproduce')) {
    const { papers } = await import('../studies/papers/index.ts');
    return { papers: lines(papers.map(({ letter, title, claims }) => [letter, `${title} (${claims.length} claims)`])) };
  }
  if (argv.includes('figure')) {
    const { figureCatalogue, formulaFigures } = await import('../figures/index.ts');
    const titles = (catalogue: Readonly<Record<string, { readonly title: string }>>): string =>
      lines(Object.entries(catalogue).map(([name, { title }]) => [name, title]));
    return { figures: titles(figureCatalogue), formulas: titles(formulaFigures) };
  }
  if (argv.includes('measure')) {
    const { quantityKinds, quantityShapes } = await import('../contract/index.ts');
    return { quantities: lines(quantityKinds.map((kind) => [kind, quantityShapes[kind].kind.description ?? ''])) };
  }
  return {};
}
