import { describe, expect, it } from 'vitest';
import { executeRun, resumeRun } from '../../src/run/index.ts';
import { checkpointBytes, execute, fileAndLog, hooks, recordsOf, runsFolder, smallRun } from './support.ts';

const place = (runsDirectory: string) => ({ runsDirectory, id: 'r' });

describe('a run that is made up to an iteration', () => {
  // Evaluated every 4 updates: 4 and 8 are, 6 is inside an interpolated window.
  it.each([0, 4, 6, 8])(
    'stands at %i with what is measured there, and goes on as one that never stood',
    async (until) => {
      const runs = runsFolder();
      const run = await executeRun({ ...place(runs), specification: smallRun(), until }, hooks());
      expect(run).toMatchObject({ status: 'interrupted', iteration: until, error: null });
      expect(fileAndLog(runs).checkpoints.at(-1)).toBe(until);
      expect(fileAndLog(runs).log.slice(1)).toEqual([
        `stands at iteration ${until}, as far as it was asked for`,
        `interrupted at iteration ${until}`,
      ]);
      expect([...recordsOf(runs)['train.loss']!.iteration]).toEqual([0, 4, 8].filter((at) => at <= until));
      expect(await resumeRun(place(runs), hooks())).toMatchObject({ status: 'finished', iteration: 16 });
      await execute(smallRun(), runs, 'whole');
      expect(recordsOf(runs)).toEqual(recordsOf(runs, 'whole'));
      expect(checkpointBytes(runs, 16) === checkpointBytes(runs, 16, 'whole')).toBe(true);
    },
  );

  it('goes from one iteration to the next, and no further than it stands where it is asked for less', async () => {
    const runs = runsFolder();
    await executeRun({ ...place(runs), specification: smallRun(), until: 3 }, hooks());
    expect(await resumeRun({ ...place(runs), until: 8 }, hooks())).toMatchObject({ iteration: 8 });
    expect(await resumeRun({ ...place(runs), until: 4 }, hooks())).toMatchObject({ iteration: 8 });
    expect(await resumeRun({ ...place(runs), until: 99 }, hooks())).toMatchObject({ status: 'finished' });
    await execute(smallRun(), runs, 'whole');
    expect(recordsOf(runs)).toEqual(recordsOf(runs, 'whole'));
  });
});
