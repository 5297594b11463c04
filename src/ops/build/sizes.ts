/** One number for each of two axes: height and width. */
export type Pair = readonly [number, number];
/** One number for each of three axes: depth, height and width. */
export type Triple = readonly [number, number, number];
/** One number for each edge: top, left, bottom and right. */
export type Quad = readonly [number, number, number, number];
