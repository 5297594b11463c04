/** The paper in our own words. */
export const text = ``;
