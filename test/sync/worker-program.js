import process from 'node:process';
import { HubClient, takeRun } from '../../dist/sync/index.js';
import { packageVersion, startRun } from '../../dist/run/index.js';

/**
 * Makes one run as a worker does: takes it, trains it in a process of its own, sends it, and ends when the hub has it. Its argument is
 * JSON: address, runsDirectory, id, worker, specification.
 */
const { address, runsDirectory, id, worker, specification } = JSON.parse(process.argv[2]);
const client = new HubClient({ address, version: packageVersion(), seed: process.pid });
const taken = await takeRun({
  client,
  runsDirectory,
  id,
  definition: 'd1',
  worker: { id: worker, host: 'here', pid: process.pid },
});
if (taken.work !== 'none') {
  const { sender, work } = taken;
  sender.start();
  if (work !== 'send') {
    const request = work === 'begin' ? { kind: 'execute', specification } : { kind: 'resume' };
    const run = startRun({ ...request, runsDirectory, id }, { onMessage: () => undefined });
    await run.done;
  }
  await sender.finish();
}
process.exit(0);
