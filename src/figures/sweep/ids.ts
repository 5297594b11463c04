/** Figures of a sweep. */
export const sweepFigureIds = ['sweep.matrix', 'sweep.parallel'] as const;
export type SweepFigureId = (typeof sweepFigureIds)[number];

export const isSweepFigureId = (id: string): id is SweepFigureId => sweepFigureIds.some((known) => known === id);
