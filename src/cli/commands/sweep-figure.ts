import { ThalwegError } from '../../base/index.ts';
import { finalQuantities, type FinalQuantity } from '../../contract/index.ts';
import {
  sweepMatrixFigure,
  sweepParallelFigure,
  sweepSource,
  tableCsv,
  type FigureLook,
  type Scale,
  type SweepFigureId,
} from '../../figures/index.ts';
import { defaultRunsDirectory, listRuns, openSweepRecord } from '../../store/index.ts';

/** What a figure of a sweep is asked for. */
export interface SweepFigureRequest {
  /** Name of the sweep. */
  readonly sweep: string;
  readonly id: SweepFigureId;
  readonly runs?: string;
  readonly quantity?: string;
  readonly across?: string;
  readonly upwards?: string;
  /** Scale of the colours. */
  readonly axis?: Scale;
}

/**
 * A figure of a sweep as SVG, or its table as CSV, from the runs in a folder. Throws `RUN_NOT_FOUND` for a sweep that was not started
 * there, `USAGE` for an axis or quantity that it does not have.
 */
export async function drawSweepFigure(
  request: SweepFigureRequest,
  look: FigureLook,
  isTable: boolean,
): Promise<string> {
  const { sweep, id, across, upwards, axis, runs = defaultRunsDirectory() } = request;
  const source = sweepSource(openSweepRecord(runs, sweep), listRuns(runs));
  const quantity = quantityOf(request.quantity);
  const colors = { ...(quantity && { quantity }), ...(axis && { scale: axis }) };
  const sides = { ...(across !== undefined && { x: across }), ...(upwards !== undefined && { y: upwards }) };
  if (id === 'sweep.parallel' && (across ?? upwards) !== undefined)
    throw new ThalwegError(
      'USAGE',
      'figure sweep.parallel: expected neither --across nor --upwards: it shows all axes',
    );
  const figure =
    id === 'sweep.parallel'
      ? sweepParallelFigure(source, colors, look)
      : sweepMatrixFigure(source, { ...colors, ...sides }, look);
  if (isTable) return tableCsv(figure.table());
  return (await import('../../figures/node/index.ts')).renderSvg(figure);
}

function quantityOf(name: string | undefined): FinalQuantity | undefined {
  const found = finalQuantities.find((quantity) => quantity === name);
  if (name === undefined || found) return found;
  throw new ThalwegError('USAGE', `--quantity: expected one of ${finalQuantities.join(', ')}, got "${name}"`);
}
