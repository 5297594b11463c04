import { describe, expect, it } from 'vitest';
import { settingName, settings } from '../../../src/studies/r/dynamics.ts';
import { theoryClaims, theoryExperiments, theoryFigures } from '../../../src/studies/r/theory.ts';
import { syntheticEvidence } from '../../support/evidence.ts';
import { expectRefusal, trialsOf, verdictOf, type Content } from '../theory.ts';

interface Shares {
  readonly flat: number;
  readonly sharp: number;
}

/** Made-up shares of R-sgdl: of one setting, by default those of the basins' areas. */
const sgdl =
  (
    of: (setting: { rule: string; noise: number; decay: string }) => Shares,
    area: Shares = { flat: 0.5, sharp: 0.2 },
  ): Content =>
  (noise) => {
    const numbers: Record<string, number> = { 'area.flat': area.flat, 'area.sharp': area.sharp };
    const arrays: Record<string, readonly number[]> = { axis: [1, 2, 3], loss: [0, 1, 2, 3, 4, 5, 6, 7, 8] };
    for (const setting of settings) {
      const { flat, sharp } = of(setting);
      const name = settingName(setting);
      numbers[`${name}.flat`] = flat + 0.002 * noise;
      numbers[`${name}.sharp`] = sharp - 0.001 * noise;
      numbers[`${name}.neither`] = 1 - flat - sharp - 0.001 * noise;
      arrays[`${name}.x`] = [4, 8];
      arrays[`${name}.y`] = [1, 5 + noise];
    }
    return { numbers, arrays };
  };

const byArea = sgdl(() => ({ flat: 0.5, sharp: 0.2 }));
const sharpest = sgdl(() => ({ flat: 0.2, sharp: 0.5 }));
const ownRule = (flat: number, sharp: number) =>
  sgdl(({ rule }) => (rule === 'gradient' ? { flat: 0.5, sharp: 0.2 } : { flat, sharp }));
const noisy = (wanted: string, flat: number, sharp: number) =>
  sgdl(({ noise, decay }) => (noise > 0 && decay === wanted ? { flat, sharp } : { flat: 0.5, sharp: 0.2 }));

const rosen =
  (gradient: number, own: number, withNoise = gradient): Content =>
  (noise) => ({
    numbers: {
      'gradient.0.near': gradient + 0.01 * noise,
      'gradient.0.1.near': withNoise + 0.005 * noise,
      'diagonal-difference.0.near': own - 0.01 * noise,
    },
    arrays: Object.fromEntries(
      ['gradient.0', 'diagonal-difference.0'].flatMap((name) => [
        [`${name}.x`, [1, 0.5]],
        [`${name}.y`, [1, 0.25]],
      ]),
    ),
  });

const boltz =
  (excess: number, ratio: number, temperature: number): Content =>
  (noise) => ({
    numbers: Object.fromEntries(
      ['surface', 'quadratic'].flatMap((name) => [
        [`${name}.distance`, 0.05 + excess + 0.002 * noise],
        [`${name}.expected-distance`, 0.05],
        [`${name}.chi-square`, 60 * ratio + 3 * noise],
        [`${name}.degrees`, 60],
        [`${name}.temperature`, temperature + 0.005 * noise],
      ]),
    ),
    arrays: Object.fromEntries(
      ['surface', 'quadratic'].flatMap((name) => [
        [`${name}.law`, [0.5, 0.3, 0.2]],
        [`${name}.measured`, [0.48, 0.32, 0.2]],
      ]),
    ),
  });

const volume =
  (hot: readonly number[], descent: readonly number[]): Content =>
  (noise) => ({
    arrays: {
      dimension: [1, 2, 3],
      flat: hot.map((part) => 0.5 * part + 0.002 * noise),
      sharp: hot.map((part) => 0.5 * (1 - part) - 0.002 * noise),
      law: [0.5, 0.9, 0.95],
      descent: descent.map((part) => part + 0.002 * noise),
    },
  });
const growing = [0.5, 0.9, 0.95];
const level = [0.5, 0.5, 0.5];
const falling = [0.95, 0.7, 0.4];

/** Trials that support a claim, and trials that contradict it. */
const cases: Readonly<Record<string, readonly [experiment: string, supporting: Content, against: Content]>> = {
  'R-surface.sharp-wins': ['R-sgdl', sharpest, byArea],
  'R-surface.sharp-wins-own-rule': ['R-sgdl', sharpest, byArea],
  'R-surface.areas': ['R-sgdl', byArea, sharpest],
  'R-sgdl.sharp-wins': ['R-sgdl', sharpest, byArea],
  'R-sgdl.falling-noise': ['R-sgdl', byArea, noisy('harmonic', 0.2, 0.5)],
  'R-sgdl.constant-noise-favours-flat': ['R-sgdl', noisy('constant', 0.65, 0.05), noisy('constant', 0.4, 0.4)],
  'R-sgdl.own-rule-strands': ['R-sgdl', ownRule(0.4, 0.1), ownRule(0.6, 0.3)],
  'R-sgdl.own-rule-shifts': ['R-sgdl', ownRule(0.5, 0.05), ownRule(0.3, 0.3)],
  'R-rosen.no-convergence': ['R-rosen', rosen(0.1, 0), rosen(0.9, 0)],
  'R-rosen.own-rule-fails': ['R-rosen', rosen(0.9, 0.02), rosen(0.9, 0.9)],
  'R-rosen.rule-explains': ['R-rosen', rosen(0.9, 0.02), rosen(0.1, 0.9)],
  'R-rosen.noise': ['R-rosen', rosen(0.9, 0), rosen(0.9, 0, 0.3)],
  'R-boltz.surface': ['R-boltz', boltz(0, 1, 0.5), boltz(0.2, 1, 0.5)],
  'R-boltz.quadratic': ['R-boltz', boltz(0, 1, 0.5), boltz(0.2, 1, 0.5)],
  'R-boltz.chi-square': ['R-boltz', boltz(0, 1, 0.5), boltz(0, 4, 0.5)],
  'R-boltz.temperature': ['R-boltz', boltz(0, 1, 0.5), boltz(0, 1, 0.8)],
  'R-volume.grows': ['R-volume', volume(growing, level), volume(falling, level)],
  'R-volume.law': ['R-volume', volume(growing, level), volume(falling, level)],
  'R-volume.noise-favours-flat': ['R-volume', volume(growing, level), volume(falling, growing)],
  'R-volume.without-noise': ['R-volume', volume(growing, growing), volume(growing, falling)],
};

describe('claims on low-dimensional dynamics of paper R', () => {
  it('have each a case', () => {
    expect(Object.keys(cases)).toEqual(theoryClaims.map(({ id }) => id));
  });

  it.each(theoryClaims.map((claim) => [claim.id, claim] as const))(
    '%s is supported by its effect and contradicted by the opposite',
    (id, claim) => {
      const [experiment, supporting, against] = cases[id]!;
      expect(verdictOf(claim, trialsOf(experiment, supporting))).toBe('supported');
      expect(verdictOf(claim, trialsOf(experiment, against))).toBe('contradicted');
    },
  );

  it('are inconclusive where seeds disagree', () => {
    const scattered: Content = (noise) => rosen(0.5 + 0.45 * noise, 0.5 - 0.4 * noise)(0);
    for (const id of ['R-rosen.no-convergence', 'R-rosen.own-rule-fails', 'R-rosen.rule-explains'])
      expect(
        verdictOf(
          theoryClaims.find((claim) => claim.id === id)!,
          trialsOf('R-rosen', scattered),
        ),
      ).toBe('inconclusive');
  });

  it('refuse trials that recorded nothing, and so do figures', () => {
    expectRefusal(theoryClaims, theoryFigures);
  });

  it('and figures need experiments that there are, which measure their rows', () => {
    const rows = new Set(theoryExperiments.flatMap((experiment) => experiment.rows));
    expect([...rows].sort()).toEqual(['R-boltz', 'R-rosen', 'R-sgdl', 'R-surface', 'R-volume']);
    for (const row of rows) {
      expect(theoryClaims.some((claim) => claim.row === row)).toBe(true);
      expect(theoryFigures.some((figure) => figure.row === row)).toBe(true);
    }
    const ids = new Set(theoryExperiments.map(({ id }) => id));
    for (const { needs } of [...theoryClaims, ...theoryFigures]) expect(needs.every((id) => ids.has(id))).toBe(true);
    const claims = new Set(theoryClaims.map(({ id }) => id));
    for (const figure of theoryFigures) expect(figure.claims.filter((id) => !claims.has(id))).toEqual([]);
  });
});

describe('figures of low-dimensional dynamics of paper R', () => {
  const evidence = syntheticEvidence([
    ...trialsOf('R-sgdl', byArea),
    ...trialsOf('R-rosen', rosen(0.9, 0)),
    ...trialsOf('R-boltz', boltz(0, 1, 0.5)),
    ...trialsOf('R-volume', volume(growing, growing)),
  ]);

  it.each(theoryFigures.map((figure) => [figure.id, figure] as const))('%s is drawn from evidence', (_, figure) => {
    const { panels, title } = figure.draw(evidence, {});
    expect(panels.length).toBeGreaterThan(0);
    expect(title).not.toBe('');
  });
});
