import type { RunDetail } from '../../../src/contract/index.ts';
import { canDraw, figureCatalogue, figureIds } from '../../../src/figures/index.ts';
import type { RunTab } from './routes.ts';

/** Tabs of figures, and those whose results lie in the folder of the run. */
const figureTabs = ['walk', 'curvature', 'noise', 'margins', 'losses'] as const;

/** The tabs of a run that have nothing to show yet. */
export function emptyTabs({ series, checkpoints, landscapes, measurements }: RunDetail): ReadonlySet<RunTab> {
  const recorded = new Set(series.map(({ name }) => name));
  const isEmpty = (group: (typeof figureTabs)[number]): boolean =>
    !figureIds.some(
      (figure) =>
        figureCatalogue[figure].group === group && canDraw(figureCatalogue[figure], (name) => recorded.has(name)),
    );
  return new Set<RunTab>([
    ...figureTabs.filter((tab) => isEmpty(tab) && !(tab === 'margins' && measurements.length > 0)),
    ...(checkpoints.length === 0 ? (['checkpoints'] as const) : []),
    ...(landscapes.length === 0 ? (['landscape'] as const) : []),
  ]);
}
