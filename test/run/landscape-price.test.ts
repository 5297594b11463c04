import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { priceLandscape, startLandscapePrice, startPlan, type LandscapeRequest } from '../../src/run/index.ts';
import { programOf } from '../workers/programs.ts';
import { execute, failureOf, smallRun } from './support.ts';

const runsDirectory = mkdtempSync(join(tmpdir(), 'thalweg-price-'));
/** Checkpoints at 4, 8 and 10. */
const specification = smallRun({
  duration: '10 iterations',
  checkpoints: { every: '4 iterations', keep: 3 },
  probes: [],
});
beforeAll(() => execute(specification, runsDirectory));
afterAll(() => rmSync(runsDirectory, { recursive: true, force: true }));

const place = (at: number) => ({ run: 'r', at });
const surface = (points: number, at = 10): LandscapeRequest => ({
  what: 'surface',
  centre: place(at),
  points,
  examples: 200,
  runsDirectory,
});

describe('the price of a landscape', () => {
  it.each([
    ['surface', surface(5), 25],
    ['trajectory', { what: 'trajectory', run: 'r', points: 4, runsDirectory }, 16 + 2 * 3],
    ['connectivity', { what: 'connectivity', ends: [place(4), place(10)], points: 5, runsDirectory }, 5],
    ['simplex', { what: 'simplex', vertices: [place(4), place(8), place(10)], steps: 2, beyond: 0, runsDirectory }, 6],
  ] as const)('counts its points: %s', async (_, request, points) => {
    const began = performance.now();
    const price = await priceLandscape(request);
    expect(price.points).toBe(points);
    // So small a landscape is computed to its end.
    expect(price.seconds).toBeGreaterThan(0);
    expect(price.seconds).toBeLessThanOrEqual((performance.now() - began) / 1000);
  });

  it('is found long before a large one would be computed, grows with its points, and leaves nothing behind', async () => {
    const before = readdirSync(join(runsDirectory, 'r'));
    const began = performance.now();
    const large = await priceLandscape(surface(501));
    const spent = (performance.now() - began) / 1000;
    expect(large.points).toBe(251_001);
    expect(large.seconds).toBeGreaterThan(3 * spent);
    expect(readdirSync(join(runsDirectory, 'r'))).toEqual(before);
  });

  it('is not found of what cannot be computed', async () => {
    expect(await failureOf(priceLandscape(surface(5, 7)))).toMatchObject({ code: 'RUN_STATE' });
  });
});

describe('the process of an estimate', () => {
  const deaf = (): string => programOf(`process.on('message', () => undefined);`, 'deaf');
  const dying = (): string =>
    programOf(`process.once('message', () => process.kill(process.pid, 'SIGKILL'));`, 'dying');

  it('passes on what it found', async () => {
    const program = programOf(
      `process.once('message', ({ request }) => process.send({ type: 'ended', result: { points: request.points, seconds: 2 } }));`,
      'pricing',
    );
    expect(await startLandscapePrice(surface(7), program).done).toEqual({ points: 7, seconds: 2 });
  });

  it('that dies is not one that was stopped', async () => {
    expect(await failureOf(startLandscapePrice(surface(7), dying()).done)).toMatchObject({
      code: 'TRAINER_DIED',
      message: 'estimate: expected a result from its process, it ended with signal SIGKILL',
    });
    const plan = startPlan({ specification }, deaf());
    plan.kill();
    expect(await failureOf(plan.done)).toMatchObject({
      code: 'INTERRUPTED',
      message: 'plan: stopped before it was done',
    });
  });
});
