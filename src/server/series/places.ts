import { ThalwegError } from '../../base/index.ts';
import { clockOf, type CurveAxis } from '../../contract/index.ts';
import { upperBound } from '../../figures/index.ts';
import type { RunReader } from '../../store/index.ts';

/** Where θ of iteration t + α stands on an axis; NaN where that is not known. */
export type Place = (iteration: number, alpha: number) => number;

/**
 * Where the iterations of a run stand on an axis.
 *
 * - `iteration`: t + α updates
 * - `epoch`: epochs done, by the clock of the run
 * - `time`: seconds of work over all sessions. They are noted a few times a second; between two notes time is taken to pass
 *   evenly, and after the last one it is unknown.
 * - `path`: `Σ_{s<t} ‖θ_{s+1} − θ_s‖₂`, between two records of it linear, which within an update it is; unknown after the last.
 *
 * Throws `NO_DATA` for a run that did not record its time, or its path.
 */
export function placesOf(run: RunReader, axis: CurveAxis): Place {
  switch (axis) {
    case 'iteration':
      return (iteration, alpha) => iteration + alpha;
    case 'epoch':
      return epochPlaces(run);
    case 'time': {
      const { iteration, seconds } = run.clock();
      if (iteration.length === 0)
        throw new ThalwegError(
          'NO_DATA',
          `run ${run.file().id}: expected the time of its iterations, got a run that did not note it`,
        );
      return interpolated(iteration, seconds);
    }
    case 'path': {
      const path = run.points(['parameters.pathLength']).points.get('parameters.pathLength');
      if (!path)
        throw new ThalwegError(
          'NO_DATA',
          `run ${run.file().id}: expected records of parameters.pathLength for an axis of path length, got none (the probe “distance” records them)`,
        );
      return interpolated(path.iteration, path.value);
    }
  }
}

function epochPlaces(run: RunReader): Place {
  const clock = clockOf(run.file());
  let [known, start, length] = [-1, 0, 1];
  // Most records follow one of the same iteration.
  return (iteration, alpha) => {
    if (iteration !== known) {
      const { epoch, within, iterationsPerEpoch } = clock.at(iteration);
      [known, start, length] = [iteration, epoch + within / iterationsPerEpoch, iterationsPerEpoch];
    }
    return start + alpha / length;
  };
}

/** Linear between known places, from 0 at iteration 0. */
function interpolated(iterations: Float64Array, places: Float64Array): Place {
  return (iteration, alpha) => {
    const at = iteration + alpha;
    const after = upperBound(iterations, at, iterations.length);
    const [left, low] = after > 0 ? [iterations[after - 1]!, places[after - 1]!] : [0, 0];
    if (left === at) return low;
    if (after === iterations.length) return NaN;
    return low + ((at - left) / (iterations[after]! - left)) * (places[after]! - low);
  };
}
