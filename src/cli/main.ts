#!/usr/bin/env node
import { processIo } from './io.ts';
import { main } from './program.ts';

// A reader that has seen enough (`thalweg list | head`) closes the pipe: that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

const code = await main(process.argv.slice(2), processIo());

// An open connection of a page must not keep the process alive; what was printed is flushed first.
process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
