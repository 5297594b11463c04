/** Paper M in our own words: Markdown. */
export const text = 'to be written';
