/** Paper G in our own words: what it did, what is measured here, and where the setting differs. Markdown. */
export const text = `TODO`;
