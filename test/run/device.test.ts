import { describe, expect, it } from 'vitest';
import { resumeRun } from '../../src/run/index.ts';
import { openRunWriter } from '../../src/store/index.ts';
import { execute, failureOf, fileAndLog, hooks, resume, runsFolder, smallRun } from './support.ts';

const shortRun = smallRun({ device: 'auto', probes: [], evaluate: '16 iterations' });

describe('a run on device auto', () => {
  it('says which device that is and why, and records it beside what was asked for', async () => {
    const runs = runsFolder();
    const told = hooks();
    const { environment, specification } = await execute(shortRun, runs, 'r', told);
    expect(specification.device).toBe('auto');
    expect(['cpu', 'webgpu', 'cuda']).toContain(environment.device);
    const lines = told.messages.flatMap((one) => (one.type === 'log' ? [one.message] : []));
    expect(lines[0]).toMatch(new RegExp(`^device auto: ${environment.device}( |$)`));
  });

  it('goes on where it was, not where auto would choose now', async () => {
    const runs = runsFolder();
    await execute(shortRun, runs, 'r', hooks(8));
    const writer = openRunWriter(runs, 'r');
    writer.update({ environment: { ...writer.file.environment, device: 'cuda' } });
    writer.close();
    expect(await failureOf(resume(runs))).toMatchObject({ message: expect.stringMatching(/^device cuda: /) as string });
  });

  it('goes on elsewhere where that is asked for, which its file and its log say from then on', async () => {
    const runs = runsFolder();
    await execute(smallRun({ probes: [] }), runs, 'r', hooks(8));
    const writer = openRunWriter(runs, 'r');
    writer.update({ environment: { ...writer.file.environment, device: 'webgpu' } });
    writer.close();
    const run = await resumeRun({ runsDirectory: runs, id: 'r', device: 'cpu' }, hooks());
    expect(run).toMatchObject({ status: 'finished', environment: { device: 'cpu' }, specification: { device: 'cpu' } });
    expect(fileAndLog(runs).log).toContain(
      'device: the run began with webgpu and goes on with cpu: numbers may differ slightly',
    );
  });
});
