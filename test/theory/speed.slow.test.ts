import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Runtime } from '../../src/runtime/index.ts';
import {
  boltzmannProbabilities,
  countByCell,
  energyGrid,
  evaluate,
  gridOn,
  langevin,
  noiseAtTemperature,
  simulate,
  temperatureByLikelihood,
  twoMinima,
  uniformPoints,
} from '../../src/theory/index.ts';
import { chiSquareTest, expectedTotalVariation, totalVariation } from '../../src/statistics/index.ts';
import { cpuRuntime } from './support.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await cpuRuntime();
});
afterAll(() => runtime.close());

const surface = twoMinima();

describe('ten thousand starts', () => {
  it('take a thousand noisy steps in seconds', async () => {
    const starts = uniformPoints(surface.box, 10_000, 1);
    const dynamics = langevin(surface, { stepSize: 0.01, noise: 0.01, box: surface.box });
    const from = process.cpuUsage();
    await simulate(runtime, dynamics, starts, { steps: 1000, seed: 1 });
    // Processor time, which does not depend on who else uses the machine: 2 s, most of it for the noise.
    const { user, system } = process.cpuUsage(from);
    expect((user + system) / 1e6).toBeLessThan(10);
  });

  it('are distributed by the Boltzmann law of their temperature on the surface', async () => {
    const [stepSize, temperature] = [0.02, 0.5];
    const noise = noiseAtTemperature(temperature, stepSize);
    const dynamics = langevin(surface, { stepSize, noise, box: surface.box, boundary: 'reflect' });
    const { end } = await simulate(runtime, dynamics, uniformPoints(surface.box, 5000, 1), { steps: 1500, seed: 1 });
    const grid = gridOn(surface.box, 10);
    const energies = await energyGrid(runtime, surface, grid, 10);
    const law = boltzmannProbabilities(energies, temperature);
    const { counts } = countByCell(end, grid);
    expect(totalVariation(counts, law)).toBeLessThan(1.3 * expectedTotalVariation(law, 5000));
    expect(chiSquareTest(counts, law).pValue).toBeGreaterThan(1e-3);
    const { values } = await evaluate(runtime, surface, end);
    const estimate = temperatureByLikelihood(energies, values);
    expect(Math.abs(estimate.temperature - temperature)).toBeLessThan(4 * estimate.standardError + 0.02);
  });
});
