/** A point with a value. */
export interface Vertex {
  readonly x: number;
  readonly y: number;
  readonly value: number;
}

export type Triangle = readonly [Vertex, Vertex, Vertex];
export type Polygon = readonly Vertex[];

/** The part of a triangle where the value, linear between its corners, lies in [low, high]; empty where there is none. */
export const bandOfTriangle = (triangle: Triangle, low: number, high: number): Polygon =>
  cut(
    cut(triangle, (value) => value - low),
    (value) => high - value,
  );

/** The part of a polygon where `height` of the value is not negative (Sutherland and Hodgman). */
function cut(polygon: Polygon, height: (value: number) => number): Polygon {
  return polygon.flatMap((vertex, index) => {
    const before = polygon.at(index - 1)!;
    const [from, to] = [height(before.value), height(vertex.value)];
    const crossing = from < 0 !== to < 0 ? [between(before, vertex, from / (from - to))] : [];
    return to >= 0 ? [...crossing, vertex] : crossing;
  });
}

const between = (from: Vertex, to: Vertex, share: number): Vertex => ({
  x: from.x + share * (to.x - from.x),
  y: from.y + share * (to.y - from.y),
  value: from.value + share * (to.value - from.value),
});

/** The corners of polygons one after another, as columns with NaN behind each: closed lines of one mark. */
export function polygonColumns(polygons: readonly Polygon[]): { x: number[]; y: number[] } {
  const [x, y]: [number[], number[]] = [[], []];
  for (const polygon of polygons) {
    if (polygon.length < 3) continue;
    x.push(...polygon.map((vertex) => vertex.x), NaN);
    y.push(...polygon.map((vertex) => vertex.y), NaN);
  }
  return { x, y };
}
