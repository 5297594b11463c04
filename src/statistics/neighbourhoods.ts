import { quantile } from 'simple-statistics';

/**
 * Neighbourhoods of points by Euclidean distance, exactly. Distinct places are sorted along one axis, and a search walks to both
 * sides until the distance along that axis alone is too large: about `n·√(kn)` distances for k neighbours in the plane, n² only
 * where all points lie on a line across the axis. Points at the same place are one place that counts several times.
 */
export class Neighbourhoods {
  /** Number of distinct places. */
  readonly places: number;
  /** Place of each point. */
  readonly placeOf: Uint32Array;
  /** Coordinates of the places, the axis they are sorted along first. */
  readonly #axes: readonly Float64Array[];
  /** Points at each place. */
  readonly #weights: Uint32Array;

  /** @param coordinates one array of finite numbers for each axis */
  constructor(coordinates: readonly Float64Array[]) {
    const axes = coordinates.toSorted((a, b) => middleHalf(b) - middleHalf(a));
    const order = axes[0]!.map((_, point) => point).sort((a, b) => compare(axes, a, b));
    const first = order.filter((point, rank) => rank === 0 || compare(axes, order[rank - 1]!, point) !== 0);
    this.places = first.length;
    this.#axes = axes.map((axis) => first.map((point) => axis[point]!));
    this.#weights = new Uint32Array(this.places);
    this.placeOf = new Uint32Array(order.length);
    let place = 0;
    for (const point of order) {
      if (place + 1 < this.places && compare(axes, point, first[place + 1]!) === 0) place++;
      this.placeOf[point] = place;
      this.#weights[place]!++;
    }
  }

  /** Squared distance of the k-th nearest other point from a point at each place; k is at most the points − 1. */
  nearestSquared(k: number): Float64Array<ArrayBuffer> {
    const nearest = new Float64Array(k);
    const insert = (squared: number, times: number): void => {
      for (let left = Math.min(times, k); left > 0 && squared < nearest[k - 1]!; left--) {
        let at = k - 1;
        for (; at > 0 && nearest[at - 1]! > squared; at--) nearest[at] = nearest[at - 1]!;
        nearest[at] = squared;
      }
    };
    return Float64Array.from({ length: this.places }, (_, place) => {
      nearest.fill(Infinity);
      insert(0, this.#weights[place]! - 1);
      this.#visit(place, () => nearest[k - 1]!, insert);
      return nearest[k - 1]!;
    });
  }

  /** For each place the mean of a value over all other points that are no further than a squared distance. */
  meanWithin(
    squaredLimits: Float64Array,
    value: (other: number, squared: number) => number,
  ): Float64Array<ArrayBuffer> {
    return squaredLimits.map((limit, place) => {
      let number = this.#weights[place]! - 1;
      let total = number > 0 ? number * value(place, 0) : 0;
      this.#visit(
        place,
        () => limit,
        (squared, weight, other) => {
          if (squared > limit) return;
          total += weight * value(other, squared);
          number += weight;
        },
      );
      return total / number;
    });
  }

  /** Hands over at least all other places that are no further than `limit()`, which may fall. Nearer ones tend to come first. */
  #visit(place: number, limit: () => number, use: (squared: number, weight: number, other: number) => void): void {
    const along = this.#axes[0]!;
    let [below, above] = [place - 1, place + 1];
    const gap = (other: number): number =>
      other >= 0 && other < this.places ? Math.abs(along[other]! - along[place]!) : NaN;
    for (;;) {
      const [down, up] = [gap(below), gap(above)];
      const other = Number.isNaN(up) || down <= up ? below-- : above++;
      const next = other < place ? down : up;
      // A rounded sum of squares is never below one of them.
      if (Number.isNaN(next) || next * next > limit()) return;
      use(this.#squared(place, other), this.#weights[other]!, other);
    }
  }

  #squared(a: number, b: number): number {
    let total = 0;
    for (const axis of this.#axes) {
      const difference = axis[a]! - axis[b]!;
      total += difference * difference;
    }
    return total;
  }
}

/** Distance between the quartiles: along the axis where it is largest, few points lie close. */
const middleHalf = (axis: Float64Array): number => {
  const [low, high] = quantile(Array.from(axis), [0.25, 0.75]) as [number, number];
  return high - low;
};

/** Order of two points by their coordinates, axis after axis. */
function compare(axes: readonly Float64Array[], a: number, b: number): number {
  for (const axis of axes) if (axis[a] !== axis[b]) return axis[a]! - axis[b]!;
  return 0;
}
