import type { Command, CommanderError } from 'commander';
import { ThalwegError } from '../../base/index.ts';
import type { Io } from '../io.ts';

/** What the definitions of commands share. */
export interface Definitions {
  readonly program: Command;
  readonly io: Io;
  /** Takes the exit code of a command that ran. */
  readonly exit: (code: number) => void;
  /** Lists that only one help text needs, loaded before it is shown; empty otherwise. */
  readonly lists: HelpLists;
}

export interface HelpLists {
  readonly studies?: string;
  readonly papers?: string;
  readonly figures?: string;
  /** Figures without a run. */
  readonly formulas?: string;
  readonly quantities?: string;
}

/** A command below `parent` with its examples; mistakes in its use are thrown as `USAGE` with its name. */
export function define(parent: Command, usage: string, description: string, examples: readonly string[]): Command {
  const command = parent.command(usage).description(description).option('--debug', 'show the stack of an error');
  if (examples.length > 0)
    command.addHelpText('after', `\nExamples:\n${examples.map((line) => `  $ ${line}`).join('\n')}`);
  return command.exitOverride((error) => rethrow(error, nameOf(command)));
}

/** Help and version end normally; everything else that commander finds is wrong use. */
export function rethrow(error: CommanderError, name?: string): never {
  if (error.exitCode === 0 || error.code === 'commander.help') throw error;
  throw new ThalwegError('USAGE', `${name === undefined ? '' : `${name}: `}${usageMessage(error.message)}`);
}

function nameOf(command: Command): string {
  const parent = command.parent;
  return parent?.parent ? `${nameOf(parent)} ${command.name()}` : command.name();
}

/** Commander's wording in ours: one line, double quotes, the suggestion after a comma. */
function usageMessage(message: string): string {
  return message
    .replace(/^error: /, '')
    .replace(/\s*\n\(Did you mean (.*)\?\)$/, (_, names: string) => `, did you mean ${names}?`)
    .replace(/'([^']*)'/g, '"$1"')
    .replace(/\. Expected (.*) but got (.*)\.$/, ', expected $1, got $2')
    .replace(/\.$/, '');
}
